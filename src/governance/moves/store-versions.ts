import type { MovedVersion } from '../../../proto/http/moves.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { suffixKey as keyOf, type SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { announceRecords } from '../../registry/announce-records.ts';

// What was held of a record is replaced as a whole: a part of it may be of another history.
const FORGET = {
  name: 'move_forget',
  text: `with gone as (delete from unique_values where holder_prefix = $1 and suffix_key = any($2))
    delete from identifier_versions where prefix = $1 and suffix_key = any($2)`,
};

const STORE_OLD = {
  name: 'move_store_old',
  text: `insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
    select $1, "suffixKey", version, record::json, successor, actor, "writtenAt"
    from json_to_recordset($2) as v("suffixKey" text, version bigint, record text, successor text, actor text, "writtenAt" timestamptz)
    on conflict do nothing`,
};

const STORE_NEWEST = {
  name: 'move_store_newest',
  text: `insert into identifiers
      (prefix, suffix_key, suffix, version, record, has_private, ttl, successor, actor, guarded, created_at, updated_at)
    select $1, "suffixKey", suffix, version, record::json, "hasPrivate", ttl, successor, actor, guarded, "createdAt", "writtenAt"
    from json_to_recordset($2) as v("suffixKey" text, suffix text, version bigint, record text, "hasPrivate" boolean, ttl int,
      successor text, actor text, guarded boolean, "createdAt" timestamptz, "writtenAt" timestamptz)
    on conflict (prefix, suffix_key) do update set suffix = excluded.suffix, version = excluded.version, record = excluded.record,
      has_private = excluded.has_private, ttl = excluded.ttl, successor = excluded.successor, actor = excluded.actor,
      guarded = excluded.guarded, created_at = excluded.created_at, updated_at = excluded.updated_at`,
};

// A text that another record here has taken while this one was away stays with that one.
const STORE_UNIQUE = {
  name: 'move_store_unique',
  text: `insert into unique_values (prefix, template, item_index, value_hash, holder_prefix, suffix_key)
    select prefix, template, "itemIndex", decode(hash, 'hex'), $1, "suffixKey"
    from json_to_recordset($2) as u(prefix text, template text, "itemIndex" int, hash text, "suffixKey" text)
    on conflict do nothing`,
};

export interface Batch {
  readonly prefix: Prefix;
  readonly suffixCase: SuffixCase;
  readonly versions: readonly MovedVersion[];
  /** Names of which the first versions come with this batch. */
  readonly begun: readonly string[];
}

/** Stores versions as they were written, in one transaction; answers how many records are whole now. */
export async function storeVersions(database: Database, batch: Batch): Promise<number> {
  const { prefix, versions, begun } = batch;
  const newest = versions.flatMap(({ newest, ...version }) => (newest === null ? [] : [{ ...version, ...newest }]));
  for (const { suffix, suffixKey } of newest) {
    if (keyOf(suffix, batch.suffixCase) === suffixKey) continue;
    throw new KapokError('UPSTREAM_INVALID', { message: `It sent ${suffix} under the name ${suffixKey}` });
  }
  const unique = newest.flatMap(({ suffixKey, unique }) => unique.map((text) => ({ ...text, suffixKey })));
  await database.transaction(async (tx) => {
    await tx.query(FORGET, [prefix, begun]);
    await tx.query(STORE_OLD, [prefix, JSON.stringify(versions.filter(({ newest }) => newest === null))]);
    await tx.query(STORE_NEWEST, [prefix, JSON.stringify(newest)]);
    if (unique.length > 0) await tx.query(STORE_UNIQUE, [prefix, JSON.stringify(unique)]);
    await announceRecords(
      tx,
      newest.map(({ suffixKey, version }) => ({ prefix, suffixKey, version })),
    );
  });
  return newest.length;
}
