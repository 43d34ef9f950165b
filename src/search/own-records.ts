import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { publicValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import type { CatalogueEntry, CatalogueKey } from './catalogue-entry.ts';

// A prefix that is delegated to a site by now is that node's to tell of. Version 0 is a name that is claimed, not yet a record.
const SELECT = `select i.prefix, i.suffix_key as "suffixKey", i.prefix || '/' || i.suffix as identifier, i.version,
    i.record::text as record, i.successor, i.transfer is not null as transferred, i.actor as owner, ${utc('i.updated_at', 'updatedAt')}`;
const HOSTED = 'join prefixes p on p.prefix = i.prefix and p.site is null';

const BY_KEY = {
  name: 'catalogue_own_records',
  text: `${SELECT} from unnest($1::text[], $2::text[]) as k(prefix, suffix_key)
    join identifiers i on i.prefix = k.prefix and i.suffix_key = k.suffix_key ${HOSTED} where i.version > 0`,
};

const OF_PREFIX = {
  name: 'catalogue_own_prefix',
  text: `${SELECT} from identifiers i ${HOSTED} where i.prefix = $1 and i.suffix_key > $2 and i.version > 0
    order by i.suffix_key limit $3`,
};

type OwnRow = Omit<CatalogueEntry, 'source' | 'values'> & { record: string | null; transferred: boolean } & Record<
    string,
    unknown
  >;

/** The records of this node under these keys, as they are now. */
export async function readOwn(tx: Queryable, keys: readonly CatalogueKey[]): Promise<CatalogueEntry[]> {
  const names = [keys.map(({ prefix }) => prefix), keys.map(({ suffixKey }) => suffixKey)];
  return (await tx.query<OwnRow>(BY_KEY, names)).map(entryOf);
}

/** The next records of a prefix in the order of their keys. */
export async function readOwnPrefix(
  tx: Queryable,
  prefix: Prefix,
  { after, limit }: { after: string; limit: number },
): Promise<CatalogueEntry[]> {
  return (await tx.query<OwnRow>(OF_PREFIX, [prefix, after, limit])).map(entryOf);
}

/** What is private of a record that was transferred is found by nobody: it is not for who reads at its prefix. */
function entryOf({ record, transferred, ...row }: OwnRow): CatalogueEntry {
  const values = record === null ? null : (JSON.parse(record) as Value[]);
  return { ...row, source: '', values: transferred && values !== null ? publicValues(values) : values };
}
