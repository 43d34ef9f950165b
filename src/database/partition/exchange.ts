import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable } from '../database.ts';
import { endConversion, findConversion } from './conversion.ts';
import { endMirror } from './mirror.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import { indexNameBefore, quote, readRights } from './partitioned-table.ts';
import { withLocks } from './patient-lock.ts';
import { isSameShape, readShape } from './table-shape.ts';

export interface ExchangeOptions {
  readonly table: Partitionable;
  readonly attempts?: number;
  readonly onRefused?: (attempt: number) => void;
}

/**
 * Gives the partitioned table the name of the plain one, which goes: the one moment at which the node's statements wait. Answers
 * for how many milliseconds one waited that came right after the lock; null: it could not be asked. A statement that was
 * prepared, or waits for the lock, looks the name up again.
 */
export async function exchange(database: Database, { table, ...patience }: ExchangeOptions): Promise<number | null> {
  const views = await readViews(database, table);
  const relations = [...views.map(({ name }) => name), table];
  const prepare = (tx: Queryable) => planExchange(tx, table, views);
  const locking = { table, relations, mode: 'access exclusive', prepare, ...patience } as const;
  // In an object, for a promise would be waited for before the commit.
  const probe = await withLocks(database, locking, async (tx, statements) => {
    const waiting = timeRead(database, table).catch(() => null);
    // One message: under the lock nobody waits for the way to the server.
    await tx.query(statements.join(';'));
    return { waiting };
  });
  return probe.waiting;
}

/** The transaction itself takes longer, for it ends when the files of the plain table are gone: that is after its locks. */
async function timeRead(database: Database, table: Partitionable): Promise<number> {
  const begun = performance.now();
  await database.query(`select from ${table} limit 0`);
  return performance.now() - begun;
}

interface View {
  readonly name: string;
  readonly definition: string;
}

async function planExchange(tx: Queryable, table: Partitionable, views: readonly View[]): Promise<string[]> {
  const conversion = await findConversion(tx, table);
  const shape = await readShape(tx, table);
  if (conversion === null || !isSameShape(shape, await readShape(tx, partitionedName(table)))) throw changed(table);
  const rights = await readRights(tx, table);
  const plain = `${table}_plain`;
  return [
    ...endMirror(table),
    ...endConversion(table),
    ...rights,
    `alter table ${table} rename to ${plain}`,
    `alter table ${partitionedName(table)} rename to ${table}`,
    ...views.map(({ name, definition }) => `create or replace view ${name} as ${definition.replace(/;$/, '')}`),
    `drop table ${plain}`,
    ...shape.indexes.map(({ name }) => `alter index ${quote(indexNameBefore(name))} rename to ${quote(name)}`),
  ];
}

/** Views that read the table, with their statements as texts, which name what they read. */
function readViews(tx: Queryable, table: Partitionable): Promise<View[]> {
  const text = `select distinct v.oid::regclass::text as name, pg_get_viewdef(v.oid) as definition
    from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
    where d.classid = 'pg_rewrite'::regclass and d.refobjid = $1::regclass and v.relkind = 'v' order by 1`;
  return tx.query<View & Record<string, unknown>>(text, [table]);
}

function changed(table: Partitionable): KapokError {
  const message = `The table ${table} was altered while it was copied, or somebody else has ended this; run the command again`;
  return new KapokError('INVALID_SETTING', { message, at: table });
}
