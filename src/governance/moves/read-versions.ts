import { MAX_MOVE_VERSIONS, type MovedVersion, type MoveNames, type MoveRecords } from '../../../proto/http/moves.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';

/** Bytes of records a page, the one that goes over it included: a node reads answers up to 64 MiB. */
const PAGE_BYTES = 8 * 1024 * 1024;

const VERSIONS = {
  name: 'move_versions',
  text: `with known as (
      select suffix_key, version, record::text as record, successor, actor, written_at, null::json as newest
      from identifier_versions where prefix = $1 and suffix_key = any($2)
      union all
      select suffix_key, version, record::text, successor, actor, updated_at,
        json_build_object('suffix', suffix, 'hasPrivate', has_private, 'ttl', ttl, 'guarded', guarded,
          'createdAt', to_json(created_at at time zone 'UTC') #>> '{}' || 'Z', 'unique', (
            select coalesce(json_agg(json_build_object('prefix', u.prefix, 'template', u.template, 'itemIndex', u.item_index,
              'hash', encode(u.value_hash, 'hex'))), '[]')
            from unique_values u where u.holder_prefix = i.prefix and u.suffix_key = i.suffix_key))
      from identifiers i where prefix = $1 and suffix_key = any($2) and version > 0
    ), page as (
      select * from known where (suffix_key, version) > ($3, $4) order by suffix_key, version limit ${MAX_MOVE_VERSIONS}
    ), sized as (
      select *, count(*) over () as found,
        coalesce(sum(octet_length(record)) over (order by suffix_key, version rows between unbounded preceding and 1 preceding), 0) as before
      from page
    )
    select suffix_key as "suffixKey", version, record, successor, actor, ${utc('written_at', 'writtenAt')}, newest, found
    from sized where before < ${PAGE_BYTES} order by suffix_key, version`,
};

type VersionRow = MovedVersion & { readonly found: number } & Record<string, unknown>;

/** All versions of these records, page by page. */
export async function readVersions(
  database: Queryable,
  prefix: Prefix,
  { suffixKeys, after = { suffixKey: '', version: 0 } }: MoveNames,
): Promise<MoveRecords> {
  const rows = await database.query<VersionRow>(VERSIONS, [prefix, suffixKeys, after.suffixKey, after.version]);
  const last = rows.at(-1);
  const isWhole = last === undefined || (rows.length === last.found && last.found < MAX_MOVE_VERSIONS);
  return {
    versions: rows.map(({ found: _, ...version }) => version),
    next: isWhole ? null : { suffixKey: last.suffixKey, version: last.version },
  };
}
