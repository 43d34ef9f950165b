import type { Queryable } from '../database.ts';
import type { Partitionable } from './partitionable.ts';

/** How far the rows of a table have been copied. */
export interface Conversion {
  readonly parts: number;
  /** The key of the last row that was copied, as texts; null: none yet. */
  readonly reached: readonly string[] | null;
  readonly copied: number;
  readonly complete: boolean;
}

// There only while something is under way: it is made with the first mirror and goes with the last one.
const CREATE = `create table if not exists partitioning (
  relation   text primary key,
  parts      integer not null,
  reached    text[],
  copied     bigint not null default 0,
  complete   boolean not null default false,
  begun_at   timestamptz not null default now()
)`;

export async function beginConversion(tx: Queryable, table: Partitionable, parts: number): Promise<void> {
  await tx.query(CREATE);
  await tx.query('insert into partitioning (relation, parts) values ($1, $2)', [table, parts]);
}

/** Null: none is under way. With `lock` nobody else goes on with it until the transaction ends. */
export async function findConversion(
  tx: Queryable,
  table: Partitionable,
  { lock = false }: { lock?: boolean } = {},
): Promise<Conversion | null> {
  const [there] = await tx.query<{ exists: boolean }>(`select to_regclass('partitioning') is not null as exists`);
  if (!there?.exists) return null;
  const text = `select parts, reached, copied, complete from partitioning where relation = $1${lock ? ' for update' : ''}`;
  const [row] = await tx.query<Conversion & Record<string, unknown>>(text, [table]);
  return row ?? null;
}

export async function moveOn(
  tx: Queryable,
  table: Partitionable,
  { reached, copied, complete }: Omit<Conversion, 'parts'>,
) {
  const text = 'update partitioning set reached = $2, copied = $3, complete = $4 where relation = $1';
  await tx.query(text, [table, reached, copied, complete]);
}

/** The statements that forget it. */
export function endConversion(table: Partitionable): string[] {
  const drop = 'if not exists (select from partitioning) then drop table partitioning; end if;';
  return [`delete from partitioning where relation = '${table}'`, `do $$ begin ${drop} end $$`];
}
