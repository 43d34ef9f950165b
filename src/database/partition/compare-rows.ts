import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable, Row } from '../database.ts';
import { beyond, goByKey } from './copy-rows.ts';
import { Pace } from './pace.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import type { TableShape } from './table-shape.ts';

export interface CompareOptions {
  readonly table: Partitionable;
  readonly shape: TableShape;
  /** Called after each range with the rows that were compared so far. */
  readonly onCompared?: (rows: number) => void;
}

/**
 * Compares both tables row by row, while they are written; answers how many rows there were. One statement reads a range of both:
 * it sees one moment, at which a mirrored write is in both or in none. Throws at the first difference, and names rows.
 */
export async function compareRows(database: Database, { table, shape, onCompared }: CompareOptions): Promise<number> {
  const pace = new Pace();
  let compared = 0;
  for (let after: string[] | null = null, last = false; !last; ) {
    const begun = performance.now();
    const { rows, until } = await compareNext(database, { table, shape, after, most: pace.rows });
    compared += rows;
    pace.took(performance.now() - begun);
    onCompared?.(compared);
    after = until;
    last = after === null;
  }
  return compared;
}

interface Begin {
  readonly table: Partitionable;
  readonly shape: TableShape;
  readonly after: string[] | null;
}

interface Range extends Begin {
  /** Null: to the end. */
  readonly until: string[] | null;
}

function compareNext(database: Database, { most, ...begin }: Begin & { readonly most: number }) {
  return database.transaction(async (tx) => {
    await goByKey(tx);
    const until = await findBound(tx, begin, most);
    return { until, rows: await compareRange(tx, { ...begin, until }) };
  });
}

async function findBound(
  tx: Queryable,
  { table, shape: { key }, after }: Begin,
  rows: number,
): Promise<string[] | null> {
  const text = `select array[${key.map((column) => `${column}::text`).join(', ')}] as bound from ${table} ${beyond(key, after)}
    order by ${key.join(', ')} offset ${rows - 1} limit 1`;
  const [row] = await tx.query<{ bound: string[] }>(text, after ?? []);
  return row?.bound ?? null;
}

async function compareRange(tx: Queryable, range: Range): Promise<number> {
  const { table } = range;
  const { values, rowsOf } = sqlOf(range);
  const sum = (of: string) =>
    `(select json_build_object('rows', count(*), 'sum', coalesce(sum(hashtextextended(t::text, 0)), 0)::text) from (${rowsOf(of)}) t)`;
  const text = `select ${sum(table)} as plain, ${sum(partitionedName(table))} as partitioned`;
  type Sum = { rows: number; sum: string };
  const [row] = await tx.query<{ plain: Sum; partitioned: Sum }>(text, values);
  if (row === undefined) throw new Error('A range of rows has no sum');
  if (row.plain.rows === row.partitioned.rows && row.plain.sum === row.partitioned.sum) return row.plain.rows;
  throw await differing(tx, range);
}

async function differing(tx: Queryable, range: Range): Promise<KapokError> {
  const { table, shape } = range;
  const { values, rowsOf } = sqlOf(range);
  const keys = shape.key.join(', ');
  const text = `select ${keys} from (${rowsOf(table)}) a full join (${rowsOf(partitionedName(table))}) b using (${keys})
    where a::text is distinct from b::text limit 5`;
  const rows = await tx.query<Row>(text, values);
  const names = rows.map((row) => Object.values(row).join(' ')).join(', ');
  const message = `The rows of ${table} and their copies differ: ${names}. Something has written around the triggers; abandon this, and begin anew`;
  return new KapokError('INVALID_SETTING', { message, at: table });
}

function sqlOf({ shape: { columns, key }, after, until }: Range) {
  const values = [...(after ?? []), ...(until ?? [])];
  const from = (after ?? []).length;
  const end = until === null ? '' : `(${key.join(', ')}) <= (${key.map((_, i) => `$${from + i + 1}`).join(', ')})`;
  const begin = beyond(key, after);
  const where = end === '' ? begin : `${begin === '' ? 'where' : `${begin} and`} ${end}`;
  return { values, rowsOf: (table: string) => `select ${columns.join(', ')} from ${table} ${where}` };
}
