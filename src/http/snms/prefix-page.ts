import type { Scope } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import type { PrefixEntry } from '../../registry/prefix-entry.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from '../../registry/prefix-table.ts';

/** What is null does not narrow. */
export interface PrefixConditions {
  /** Subtrees that the caller may see; '' is all. */
  readonly scopes: readonly Scope[];
  readonly prefix: string | null;
  readonly name: string | null;
  readonly active: boolean | null;
  readonly hosted: boolean | null;
}

export interface NumberedPage {
  readonly entries: readonly PrefixEntry[];
  readonly total: number;
}

const WHERE = `where ('' = any($1) or prefixes.prefix = any($1)
    or exists (select from unnest($1::text[]) as s(scope) where starts_with(prefixes.prefix, s.scope || '.')))
  and ($2::text is null or prefixes.prefix = $2) and ($3::text is null or position($3 in prefixes.label) > 0)
  and ($4::boolean is null or (prefixes.status = 'active') = $4) and ($5::boolean is null or (prefixes.site is null) = $5)`;

const PAGE = {
  name: 'snms_prefix_page',
  text: `select ${PREFIX_COLUMNS} from prefixes ${WHERE} order by prefixes.prefix limit $6 offset $7`,
};
const COUNT = { name: 'snms_prefix_count', text: `select count(*) as total from prefixes ${WHERE}` };

/** A page by its number, as deployed clients ask for it: what lies before is read, too. For long lists there is `/api/v1/prefixes`. */
export async function findPrefixPage(
  database: Queryable,
  { scopes, prefix, name, active, hosted }: PrefixConditions,
  { page, size }: { page: number; size: number },
): Promise<NumberedPage> {
  const values = [scopes, prefix, name, active, hosted];
  const [rows, [count]] = await Promise.all([
    database.query<PrefixRow>(PAGE, [...values, size, (page - 1) * size]),
    database.query<{ total: number }>(COUNT, values),
  ]);
  return { entries: rows.map(prefixEntryOf), total: count?.total ?? 0 };
}
