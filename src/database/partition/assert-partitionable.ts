import { KapokError } from '../../errors/kapok-error.ts';
import type { Queryable } from '../database.ts';
import { isMirror } from './mirror.ts';
import { PARTITION_KEY, type Partitionable } from './partitionable.ts';
import { readShape } from './table-shape.ts';

const MOST_PARTS = 1_024;

/** A power of two: each part can be split into parts of as many again, and none is larger than the others by its number. */
export function assertParts(parts: number): void {
  if (Number.isInteger(parts) && parts >= 2 && parts <= MOST_PARTS && (parts & (parts - 1)) === 0) return;
  throw refused(`The number of parts must be a power of two from 2 to ${MOST_PARTS}`, 'parts');
}

/**
 * The tables that are left to be partitioned. Throws INVALID_SETTING, with the reason, where there are none, or where one cannot
 * be, or would lose something by it.
 */
export async function findPartitionable(
  tx: Queryable,
  tables: readonly Partitionable[],
  parts: number,
): Promise<Partitionable[]> {
  assertParts(parts);
  await assertServer(tx);
  const plain: Partitionable[] = [];
  for (const table of tables) if (await isPlain(tx, table, parts)) plain.push(table);
  if (plain.length === 0) throw refused(`Partitioned already, into ${parts} parts: ${tables.join(', ')}`, 'table');
  for (const table of plain) {
    const losses = await readLosses(tx, table);
    if (losses.length > 0)
      throw refused(`The table ${table} has what its partitioned form would not have: ${losses.join(', ')}`, table);
  }
  await assertLocks(tx, plain, parts);
  return plain;
}

async function assertServer(tx: Queryable): Promise<void> {
  const text = `select pg_is_in_recovery() as standby, has_schema_privilege(current_schema(), 'create') as creates,
    current_user::text as role, current_schema()::text as schema`;
  type Server = { standby: boolean; creates: boolean; role: string; schema: string };
  const [server] = await tx.query<Server>(text);
  if (server?.standby) throw refused('This server is a standby and takes no writes: name the primary', 'database');
  if (!server?.creates)
    throw refused(`The role "${server?.role}" may not create tables in the schema "${server?.schema}"`, 'database');
}

/** False: it has so many parts already, as a run that was broken off has left it. */
async function isPlain(tx: Queryable, table: Partitionable, parts: number): Promise<boolean> {
  const text = `select c.relkind as kind, (select count(*)::int from pg_inherits where inhparent = c.oid) as parts,
      pg_has_role(c.relowner, 'usage') as owns, pg_get_userbyid(c.relowner) as owner, current_user::text as role
    from pg_class c where c.oid = to_regclass($1)`;
  type Found = { kind: string; parts: number; owns: boolean; owner: string; role: string };
  const [found] = await tx.query<Found>(text, [table]);
  if (found === undefined) throw refused(`There is no table ${table}: this is not the database of a node`, 'database');
  if (found.kind === 'p' && found.parts === parts) return false;
  if (found.kind === 'p') throw refused(`The table ${table} is partitioned already, into ${found.parts} parts`, table);
  if (!found.owns)
    throw refused(`The role "${found.role}" does not own the table ${table}: connect as "${found.owner}"`, 'database');
  return true;
}

/** What somebody has added to the table and that would be gone without a word. */
async function readLosses(tx: Queryable, table: Partitionable): Promise<string[]> {
  const text = `
    select 'the foreign key ' || conname as loss, '' as trigger from pg_constraint
      where contype = 'f' and (conrelid = $1::regclass or confrelid = $1::regclass)
    union all select 'the trigger ' || tgname, tgname from pg_trigger where tgrelid = $1::regclass and not tgisinternal
    union all select 'the policy ' || polname, '' from pg_policy where polrelid = $1::regclass
    union all select 'the publication ' || p.pubname, '' from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
      where r.prrelid = $1::regclass
    union all select 'tables that inherit from it', '' from pg_inherits where inhparent = $1::regclass
    union all select 'rights of columns, such as those of ' || attname, '' from pg_attribute
      where attrelid = $1::regclass and attacl is not null
    union all select distinct 'the materialized view ' || v.relname, ''
      from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
      where d.classid = 'pg_rewrite'::regclass and d.refobjid = $1::regclass and v.relkind = 'm'`;
  const rows = await tx.query<{ loss: string; trigger: string }>(text, [table]);
  const { key, indexes } = await readShape(tx, table);
  const narrow = indexes.filter(({ isUnique, columns }) => isUnique && !columns.includes(PARTITION_KEY));
  return [
    ...(key.length === 0 ? ['no primary key'] : []),
    ...rows.filter(({ trigger }) => !isMirror(table, trigger)).map(({ loss }) => loss),
    ...narrow.map(({ name }) => `the unique index ${name}, which does not hold the ${PARTITION_KEY}`),
  ];
}

/**
 * A statement may lock all parts of a table and their indexes, and the server has room for so many locks a connection, if all
 * of them do the same.
 */
async function assertLocks(tx: Queryable, tables: readonly Partitionable[], parts: number): Promise<void> {
  const text = `select indrelid::regclass::text as table, $2 * (1 + count(*)::int) as locks,
      current_setting('max_locks_per_transaction')::int as room
    from pg_index where indrelid = any($1::regclass[]) group by indrelid order by locks desc limit 1`;
  const [most] = await tx.query<{ table: string; locks: number; room: number }>(text, [tables, parts]);
  if (most === undefined || most.locks <= most.room) return;
  const message = `${parts} parts of ${most.table} need max_locks_per_transaction = ${most.locks} or more, and the server has ${most.room}: raise it, which takes a restart, or make fewer parts`;
  throw refused(message, 'parts');
}

function refused(message: string, at: string): KapokError {
  return new KapokError('INVALID_SETTING', { message, at });
}
