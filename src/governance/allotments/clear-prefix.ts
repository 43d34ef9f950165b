import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { announceRecords, type ChangedRecord } from '../../registry/announce-records.ts';

/** Records a transaction: the node's writers wait for it. */
const BATCH = 2_000;

/** The rows of a prefix and of all below it, by the index: "." comes before "/", and nothing that a label holds between them. */
export const SUBTREE = `(prefix = $1 or (prefix > $1 || '.' and prefix < $1 || '/'))`;

const TO_TOMBSTONES = {
  name: 'clear_prefix_records',
  text: `with part as (
      select prefix, suffix_key from identifiers where ${SUBTREE} and record is not null
      order by prefix, suffix_key limit ${BATCH} for update
    ), kept as (
      insert into retired_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select i.prefix, i.suffix_key, i.version, i.record, i.successor, i.actor, i.updated_at
      from identifiers i join part using (prefix, suffix_key)
    ), cleared as (
      update identifiers i set version = i.version + 1, record = null, has_private = false, ttl = 0, successor = null,
        actor = 'system', guarded = false, transfer = null, updated_at = clock_timestamp()
      from part where i.prefix = part.prefix and i.suffix_key = part.suffix_key
      returning i.prefix, i.suffix_key, i.version
    )
    select prefix, suffix_key as "suffixKey", version from cleared order by prefix, suffix_key`,
};

const HISTORY = {
  name: 'clear_prefix_history',
  text: `with gone as (
      delete from identifier_versions where (prefix, suffix_key, version) in (
        select prefix, suffix_key, version from identifier_versions where ${SUBTREE} limit ${BATCH})
      returning prefix, suffix_key, version, record, successor, actor, written_at
    )
    insert into retired_versions (prefix, suffix_key, version, record, successor, actor, written_at)
    select prefix, suffix_key, version, record, successor, actor, written_at from gone returning 1`,
};

/**
 * Clears some of what a former holder wrote: records become tombstones, whose versions go on, so that no cache and no mirror
 * ever holds the old one for newer; and their history moves to where nobody reads it. False when nothing is left.
 */
export async function clearSome(tx: Queryable, prefix: Prefix): Promise<boolean> {
  const history = await tx.query(HISTORY, [prefix]);
  if (history.length === BATCH) return true;
  const records = await tx.query<ChangedRecord & Record<string, unknown>>(TO_TOMBSTONES, [prefix]);
  await announceRecords(tx, records);
  return records.length === BATCH;
}

// Metadata templates stay, for records elsewhere name them and a version never changes; so do counters, for a number that was
// minted is minted once.
const REST = [
  `delete from unique_values where prefix = $1 or prefix > $1 || '.' and prefix < $1 || '/'`,
  `delete from unique_values where holder_prefix = $1 or holder_prefix > $1 || '.' and holder_prefix < $1 || '/'`,
  `delete from computed_records where ${SUBTREE}`,
  `delete from files where ${SUBTREE}`,
  `delete from idempotency_keys where ${SUBTREE}`,
];

/** Of a key of a record, its identifier lies at the prefix or below it. */
const OF_KEY = `(starts_with(substring(subject from '^[0-9]+:(.*)$'), $1 || '/') or starts_with(substring(subject from '^[0-9]+:(.*)$'), $1 || '.'))`;

// Whoever holds the prefix next can make records of the names that these are about, and put keys of its own into them.
const RIGHTS = [
  `delete from grants where scope = $1 or starts_with(scope, $1 || '.') or ${OF_KEY}`,
  `update tokens set revoked_at = now()
    where revoked_at is null and (scope = $1 or starts_with(scope, $1 || '.') or ${OF_KEY})`,
  `delete from sessions where ${OF_KEY}`,
];

/** Clears what is left beside the records, and ends every right that was given at the prefix or to a key below it. */
export async function clearRest(tx: Queryable, prefix: Prefix): Promise<void> {
  for (const text of [...REST, ...RIGHTS]) await tx.query(text, [prefix]);
}
