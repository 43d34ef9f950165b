import type { Queryable } from '../database.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import type { TableShape } from './table-shape.ts';

/** Half of an advisory lock of two numbers; the other half is the table. "kapa" in ASCII. */
const MIRROR_LOCK = 0x6b617061;

const nameOf = (table: Partitionable) => `mirror_${table}`;

/** Who copies a batch and who mirrors a removal keep out of each other's way by this lock. */
export function mirrorLock(table: Partitionable, { shared }: { shared: boolean }): string {
  return `pg_advisory_xact_lock${shared ? '_shared' : ''}(${MIRROR_LOCK}, hashtext('${table}'))`;
}

/**
 * From the commit on, each statement that writes to the table writes the same rows to the partitioned one, in its own transaction:
 * once for all of its rows, so that an import does not pay for each.
 *
 * Written rows replace whatever the copy has put there, and the copy replaces nothing: of a row that both write the mirrored one
 * stays, whichever comes first. A row that is removed could come back by a copy that has read it before and stores it after. So a
 * removal waits for the batch that is under way, and looks, with a new snapshot, for what that has stored; and a batch begins to
 * read when no removal is open.
 */
export async function installMirror(tx: Queryable, table: Partitionable, shape: TableShape): Promise<void> {
  const name = nameOf(table);
  await tx.query(functionOf(table, shape));
  const on = (event: string, tables: string) =>
    `create trigger ${name}_${event} after ${event} on ${table} referencing ${tables} for each statement execute function ${name}()`;
  await tx.query(on('insert', 'new table as written'));
  await tx.query(on('update', 'old table as gone new table as written'));
  await tx.query(on('delete', 'old table as gone'));
  // Nothing of Kapok does it.
  await tx.query(
    `create trigger ${name}_truncate before truncate on ${table} for each statement execute function ${name}()`,
  );
}

/** The statements that end it. */
export function endMirror(table: Partitionable): string[] {
  const events = ['insert', 'update', 'delete', 'truncate'];
  const triggers = events.map((event) => `drop trigger if exists ${nameOf(table)}_${event} on ${table}`);
  return [...triggers, `drop function if exists ${nameOf(table)}()`];
}

/** Triggers by this name are ours. */
export function isMirror(table: Partitionable, trigger: string): boolean {
  return trigger.startsWith(`${nameOf(table)}_`);
}

// The plan of a statement in it is kept for long, and made while the partitioned table is small: it must not come to read all of it.
function functionOf(table: Partitionable, { columns, key }: TableShape): string {
  const target = partitionedName(table);
  const [all, keys] = [columns.join(', '), key.join(', ')];
  const changed = columns.filter((column) => !key.includes(column));
  const same = key.map((column) => `p.${column} = g.${column}`).join(' and ');
  const removal = (gone: string) => `if exists (${gone}) then
        perform ${mirrorLock(table, { shared: true })};
        delete from ${target} p using (${gone}) g where ${same};
      end if;`;
  return `create function ${nameOf(table)}() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
  begin
    if tg_op = 'TRUNCATE' then
      raise exception '% is being partitioned, and cannot be emptied as a whole', tg_table_name using errcode = 'object_in_use';
    elsif tg_op = 'DELETE' then
      ${removal(`select ${keys} from gone`)}
    else
      if tg_op = 'UPDATE' then
        ${removal(`select ${keys} from gone except select ${keys} from written`)}
      end if;
      insert into ${target} (${all}) select ${all} from written
        on conflict (${keys}) do update set ${changed.map((column) => `${column} = excluded.${column}`).join(', ')};
    end if;
    return null;
  end $$`;
}
