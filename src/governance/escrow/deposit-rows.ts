import type { Queryable } from '../../database/database.ts';
import type { DepositTable } from './deposit-tables.ts';
import type { Manifest, TableState } from './manifest.ts';

/** What an incremental deposit goes on from. */
export type Before = Pick<Manifest, 'watermark' | 'madeAt' | 'marks'>;

/** The columns that a deposit holds, as the database has them. */
export async function readColumns(tx: Queryable, { table, without = [] }: DepositTable): Promise<string[]> {
  const text = `select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = $1 order by ordinal_position`;
  const rows = await tx.query<{ name: string }>(text, [table]);
  return rows.map(({ name }) => name).filter((name) => !without.includes(name));
}

/**
 * A row as one line of JSON. Line feeds can stand in it only as white space between the parts of a json column, where a space
 * is as good. The session must be in UTC: moments are written with their zone.
 */
const LINE = `replace(row_to_json(t)::text, E'\\n', ' ')`;

/** How many rows are read at once: rows with files are large. */
const BATCH = { whole: 1_000, records: 1_000, appended: 1_000, bytes: 4 } as const;

export interface RowsQuery {
  readonly table: DepositTable;
  readonly columns: readonly string[];
  /** Null: all. */
  readonly before: Before | null;
}

/** The rows that a deposit holds of a table, as lines without their line feed; no more than a batch is in memory. */
export async function* readRows(tx: Queryable, query: RowsQuery): AsyncGenerator<string[]> {
  const { table, columns, before } = query;
  const { from, values } = before === null ? { from: `${table.table} t`, values: [] } : sinceOf(table, before);
  const list = columns.map((column) => (before === null ? `t.${column}` : columnOf(table, column))).join(', ');
  yield* fetchLines(tx, { text: `select ${list} from ${from}`, values, batch: BATCH[table.how] });
}

// Of a key that has changed often there is one row.
const CHANGED = `select c.prefix, k.suffix_key, min(k.version) as version
  from changes c cross join unnest(c.suffix_keys, c.versions) as k(suffix_key, version)
  where c.seq > $1 and c.suffix_keys is not null group by c.prefix, k.suffix_key`;

/** The identifiers that have changed since, as lines: their rows take the place of those that were there. */
export function readChanged(tx: Queryable, { watermark }: Before): AsyncGenerator<string[]> {
  const text = `select d.prefix, d.suffix_key from (${CHANGED}) d`;
  return fetchLines(tx, { text, values: [watermark], batch: BATCH.records });
}

/** How many identifiers have appeared since: their first change made version 1. */
export async function countNew(tx: Queryable, { watermark }: Before): Promise<number> {
  const text = `select count(*)::int as count from (${CHANGED}) d where d.version = 1`;
  const [row] = await tx.query<{ count: number }>(text, [watermark]);
  return row?.count ?? 0;
}

/** All that a table holds now. The sum does not depend on the order, and tells two equal rows from none. */
export async function readTableState(
  tx: Queryable,
  { table }: DepositTable,
  columns: readonly string[],
): Promise<TableState> {
  const digest = `('x' || encode(substr(sha256(convert_to(${LINE}, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint`;
  const sum = `mod(mod(coalesce(sum(${digest}), 0), 18446744073709551616) + 18446744073709551616, 18446744073709551616)`;
  const text = `select count(*)::int8 as rows, ${sum}::text as digest from (select ${columns.join(', ')} from ${table}) t`;
  const [row] = await tx.query<TableState>(text);
  if (row === undefined) throw new Error(`The table ${table} has no state`);
  return row;
}

function sinceOf(table: DepositTable, before: Before): { from: string; values: unknown[] } {
  const { table: name, how, prefix = 'prefix', suffixKey = 'suffix_key', number } = table;
  if (how === 'records') {
    const from = `(${CHANGED}) d join ${name} t on t.${prefix} = d.prefix and t.${suffixKey} = d.suffix_key`;
    return { from, values: [before.watermark] };
  }
  if (how === 'appended') return { from: `${name} t where t.${number} > $1`, values: [before.marks[name] ?? 0] };
  return {
    from: how === 'bytes' ? `${name} t, (select $1::timestamptz as made_at) b` : `${name} t`,
    values: how === 'bytes' ? [before.madeAt] : [],
  };
}

/** Bytes are left out where the deposit before has them. No transaction is an hour long, so none of them is missed. */
function columnOf({ bytes, storedAt }: DepositTable, column: string): string {
  if (column !== bytes) return `t.${column}`;
  return `case when t.${storedAt} > b.made_at - interval '1 hour' then t.${column} end as ${column}`;
}

interface LinesQuery {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly batch: number;
}

async function* fetchLines(tx: Queryable, { text, values, batch }: LinesQuery): AsyncGenerator<string[]> {
  await tx.query(`declare deposit_rows no scroll cursor for select ${LINE} as line from (${text}) t`, values);
  for (let rows = batch; rows === batch; ) {
    const lines = await tx.query<{ line: string }>(`fetch ${batch} from deposit_rows`);
    if (lines.length > 0) yield lines.map(({ line }) => line);
    rows = lines.length;
  }
  await tx.query('close deposit_rows');
}

/** The least number that is left of rows that are only appended: those before it were cleared away. Null: there are none. */
export async function readLeast(tx: Queryable, { table, number }: DepositTable): Promise<number | null> {
  if (number === undefined) return null;
  const [row] = await tx.query<{ least: number | null }>(`select min(${number})::int8 as least from ${table}`);
  return row?.least ?? null;
}
