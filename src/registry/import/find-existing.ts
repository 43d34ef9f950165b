import type { Queryable } from '../../database/database.ts';
import type { ReadyRow } from './prepare-row.ts';

/** A record that exists, as far as an import asks. */
export interface Existing {
  readonly version: number;
  readonly tombstone: boolean;
  readonly guarded: boolean;
}

// A plan made for small tables, or without statistics of new ones, reads all of `identifiers` for each chunk: 6,000 rows/s
// instead of 40,000 at 100,000 records.
const BY_INDEX = `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`;

const FIND = `select k.n::int as n, i.version, i.record is null as tombstone, i.guarded
  from unnest($1::text[], $2::text[]) with ordinality as k(prefix, suffix_key, n)
  join identifiers i on i.prefix = k.prefix and i.suffix_key = k.suffix_key`;
const LOOK = { name: 'import_look', text: FIND };
const LOCK = { name: 'import_lock', text: `${FIND} order by i.prefix, i.suffix_key for update of i` };

/** Which of the rows name records that exist; with `lock` they stay as they are until the transaction ends. */
export async function findExisting(
  tx: Queryable,
  rows: readonly ReadyRow[],
  { lock }: { lock: boolean },
): Promise<Map<ReadyRow, Existing>> {
  await tx.query(BY_INDEX);
  const found = await tx.query<Existing & { n: number } & Record<string, unknown>>(lock ? LOCK : LOOK, namesOf(rows));
  return new Map(found.map(({ n, ...existing }) => [rows[n - 1] as ReadyRow, existing]));
}

/** Two columns. */
export function namesOf(rows: readonly ReadyRow[]): [prefixes: string[], keys: string[]] {
  return [rows.map(({ identifier }) => identifier.prefix), rows.map(({ suffixKey }) => suffixKey)];
}
