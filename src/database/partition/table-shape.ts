import type { Queryable } from '../database.ts';

/** What a table is made of, without what it is called. */
export interface TableShape {
  readonly columns: readonly string[];
  /** Each column with its type and what it may hold, to be compared. */
  readonly types: readonly string[];
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  readonly indexes: readonly IndexShape[];
}

export interface IndexShape {
  readonly name: string;
  /** What follows the name of the table in its statement: `USING btree (…)`. */
  readonly definition: string;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly columns: readonly string[];
}

const COLUMNS = `select attname as name, format_type(atttypid, atttypmod) || ' ' || attcollation || ' ' || attnotnull as type
  from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`;

const INDEXES = `select c.relname as name, i.indisunique as "isUnique", i.indisprimary as "isPrimary",
    regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', 'using ') as definition,
    array(select a.attname::text from unnest(i.indkey) with ordinality as k(attnum, n)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where k.n <= i.indnkeyatts order by k.n) as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass order by c.relname`;

/** The table must exist. */
export async function readShape(tx: Queryable, table: string): Promise<TableShape> {
  const columns = await tx.query<{ name: string; type: string }>(COLUMNS, [table]);
  const indexes = await tx.query<IndexShape & Record<string, unknown>>(INDEXES, [table]);
  const key = indexes.find(({ isPrimary }) => isPrimary)?.columns ?? [];
  return {
    columns: columns.map(({ name }) => name),
    types: columns.map(({ name, type }) => `${name} ${type}`),
    key,
    indexes,
  };
}

/** Whether rows of the one can stand in the other as they are, and are looked up in the same ways. */
export function isSameShape(a: TableShape, b: TableShape): boolean {
  const told = ({ types, key, indexes }: TableShape) =>
    JSON.stringify([types, key, indexes.map(({ definition }) => definition).sort()]);
  return told(a) === told(b);
}
