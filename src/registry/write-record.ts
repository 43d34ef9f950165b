import type { Database, Queryable } from '../database/database.ts';
import { isRetryable } from '../database/errors.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Identifier, type SuffixCase, suffixKey } from '../identifier/identifier.ts';
import { NO_DEMANDS } from '../record/template/demands.ts';
import { FROZEN, moving } from './assert-not-frozen.ts';
import { assertFiles } from './files/assert-files.ts';
import {
  columnsOf,
  type NewRecord,
  RECORD_COLUMNS,
  type RecordRow,
  type StoredRecord,
  storedRecordOf,
} from './stored-record.ts';
import type { Templates } from './templates.ts';
import { holdUniqueTexts } from './unique-texts.ts';
import type { WriteAuthority } from './write-authority.ts';

export interface RecordWrite {
  readonly identifier: Identifier;
  readonly suffixKey: string;
  /** The id of the token that writes. */
  readonly actor: string;
  /** The new record made of the present one (null: there has never been one). Throws to refuse; nothing is changed then. */
  readonly change: (current: StoredRecord | null) => NewRecord;
  /** Checks the record against the template that it names. */
  readonly templates: Templates;
  readonly authority: WriteAuthority;
}

export interface Written {
  readonly version: number;
  /** What was there before: null when the identifier was never registered. */
  readonly previous: StoredRecord | null;
  /** What is there now. */
  readonly stored: NewRecord;
  /** The number of the change in the feed. */
  readonly seq: number;
}

const LOCK = {
  name: 'lock_record',
  text: `select ${RECORD_COLUMNS} from identifiers i where i.prefix = $1 and i.suffix_key = $2 for update`,
};

// The placeholder row makes a second creator of the same identifier wait here, then see the first one's record. The lock holds
// how the prefix compares case until the end of the transaction: whoever changes that waits, then finds the record, or has
// gone before, and is seen here, for a locking read gives the newest row. (It takes 3 % of the rate of registrations: 1,374 of
// 1,422 a second, and 1,944 of 2,009 with 16 writers; medians of 15 rounds on a busy machine.)
const CLAIM = {
  name: 'claim_record',
  text: `with place as (
      select suffix_case, ${FROZEN} as frozen from prefixes where prefix = $1 for key share
    ), claimed as (
      insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)
      values ($1, $2, $3, 0, null, false, 0, $4) on conflict do nothing returning 1
    )
    select exists (select from claimed) as claimed, (select suffix_case from place) as suffix_case,
      (select frozen from place) as frozen`,
};

const STORE = {
  name: 'store_record',
  text: `with kept as (
      insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select prefix, suffix_key, version, record, successor, actor, updated_at from identifiers
      where prefix = $1 and suffix_key = $2 and version > 0
    ), written as (
      -- The clock, not the start of the transaction: versions of a record are in the order of their times.
      update identifiers set version = version + 1, record = $3, has_private = $4, ttl = $5, successor = $6, actor = $7, guarded = $8 or transfer is not null,
        updated_at = clock_timestamp()
      where prefix = $1 and suffix_key = $2 returning version
    ), head as (
      update node set feed_head = feed_head + 1 returning feed_head
    )
    insert into changes (seq, size, prefix, suffix_keys, versions)
    select head.feed_head, 1, $1, array[$2], array[written.version] from head, written returning seq, versions[1] as version`,
};

const TRIES = 3;

/** Writes one record: the record, the version before it in history and its number in the change feed, in one transaction. */
export async function writeRecord(database: Database, write: RecordWrite): Promise<Written> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction((tx) => writeRecordIn(tx, write));
    } catch (error) {
      // An import that waits for a unique text of this record may hold the node's row already: one of the two gives way.
      if (attempt === TRIES || !isRetryable(error)) throw error;
    }
  }
}

/** The same, in a transaction of the caller's. From here to its end all other writers of the node wait. */
export async function writeRecordIn(tx: Queryable, write: RecordWrite): Promise<Written> {
  const { identifier, suffixKey, actor, templates, authority } = write;
  const { prefix } = identifier;
  const current = await lockRecord(tx, write);
  await authority.assertAdmits(current);
  const stored = await changed(current, write);
  await authority.assertAllows(current, stored);
  const demands = stored.values === null ? NO_DEMANDS : await templates.demandsOf(stored.values);
  await assertFiles(tx, prefix, demands.files);
  const before = current?.values ?? null;
  await holdUniqueTexts(tx, demands, { holder: { prefix, suffixKey }, before, mayRead: authority.mayRead });
  const next = columnsOf(stored);
  // Nor may a write in bulk pass by a record whose texts others cannot take.
  const guarded = next.guarded || demands.unique.length > 0;
  const columns = [next.record, next.hasPrivate, next.ttl, next.successor, actor, guarded];
  const [row] = await tx.query<{ seq: number; version: number }>(STORE, [prefix, suffixKey, ...columns]);
  if (row === undefined) throw new Error('The record that was locked is gone');
  return { version: row.version, seq: row.seq, previous: current, stored };
}

/** What is refused because of the values that are there tells of them: to who may not read them it is refused like anything else. */
async function changed(
  current: StoredRecord | null,
  { identifier, change, authority }: RecordWrite,
): Promise<NewRecord> {
  try {
    return change(current);
  } catch (error) {
    const tells = error instanceof KapokError && (error.code === 'VALUE_EXISTS' || error.code === 'VALUE_NOT_FOUND');
    if (!tells || (await authority.maySee(current))) throw error;
    throw new KapokError('FORBIDDEN', { subject: identifier.prefix, cause: error });
  }
}

async function lockRecord(tx: Queryable, write: RecordWrite): Promise<StoredRecord | null> {
  const { identifier, suffixKey: key, actor } = write;
  const { prefix, suffix } = identifier;
  type Claim = { claimed: boolean; suffix_case: SuffixCase | null; frozen: boolean | null };
  const [claim] = await tx.query<Claim>(CLAIM, [prefix, key, suffix, actor]);
  if (claim?.frozen) throw moving(prefix);
  if (claim?.suffix_case && suffixKey(suffix, claim.suffix_case) !== key) {
    const message = `How the suffixes of ${prefix} are compared has changed at this moment; send the request again`;
    throw new KapokError('PREFIX_STATE', { message, subject: identifier.text });
  }
  if (claim?.claimed) return null;
  const [row] = await tx.query<RecordRow>(LOCK, [prefix, key]);
  if (row === undefined) throw new Error('The record that exists cannot be locked');
  return storedRecordOf(row);
}
