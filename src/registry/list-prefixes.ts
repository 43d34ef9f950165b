import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { PrefixEntry } from './prefix-entry.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from './prefix-table.ts';

export interface PrefixPage {
  readonly prefixes: readonly PrefixEntry[];
  /** Where the next page begins; null: this is the last. */
  readonly next: Prefix | null;
}

/** A page of prefixes in the order of their names. */
export async function listPrefixes(
  database: Queryable,
  { after, limit }: { after: Prefix | null; limit: number },
): Promise<PrefixPage> {
  const text = `select ${PREFIX_COLUMNS} from prefixes where prefix > $1 order by prefix limit $2`;
  const rows = await database.query<PrefixRow>({ name: 'list_prefixes', text }, [after ?? '', limit + 1]);
  const page = rows.slice(0, limit).map(prefixEntryOf);
  return { prefixes: page, next: rows.length > limit ? (page.at(-1)?.prefix ?? null) : null };
}
