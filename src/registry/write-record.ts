import type { Database, Queryable } from '../database/database.ts';
import type { Identifier } from '../identifier/identifier.ts';
import {
  columnsOf,
  type NewRecord,
  RECORD_COLUMNS,
  type RecordRow,
  type StoredRecord,
  storedRecordOf,
} from './stored-record.ts';
import type { Templates } from './templates.ts';
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

// The placeholder row makes a second creator of the same identifier wait here, then see the first one's record.
const CLAIM = {
  name: 'claim_record',
  text: `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)
    values ($1, $2, $3, 0, null, false, 0, $4) on conflict do nothing returning 1`,
};

const STORE = {
  name: 'store_record',
  text: `with kept as (
      insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select prefix, suffix_key, version, record, successor, actor, updated_at from identifiers
      where prefix = $1 and suffix_key = $2 and version > 0
    ), written as (
      -- The clock, not the start of the transaction: versions of a record are in the order of their times.
      update identifiers set version = version + 1, record = $3, has_private = $4, ttl = $5, successor = $6, actor = $7, guarded = $8,
        updated_at = clock_timestamp()
      where prefix = $1 and suffix_key = $2 returning version
    ), head as (
      update node set feed_head = feed_head + 1 returning feed_head
    )
    insert into changes (seq, size, prefix, suffix_keys, versions)
    select head.feed_head, 1, $1, array[$2], array[written.version] from head, written returning seq, versions[1] as version`,
};

/** Writes one record: the record, the version before it in history and its number in the change feed, in one transaction. */
export function writeRecord(database: Database, write: RecordWrite): Promise<Written> {
  return database.transaction((tx) => writeRecordIn(tx, write));
}

/** The same, in a transaction of the caller's. From here to its end all other writers of the node wait. */
export async function writeRecordIn(tx: Queryable, write: RecordWrite): Promise<Written> {
  const { identifier, suffixKey, actor, change, templates, authority } = write;
  const name = [identifier.prefix, suffixKey];
  const current = await lockRecord(tx, name, { suffix: identifier.suffix, actor });
  authority.assertAdmits(current);
  const stored = change(current);
  authority.assertAllows(current, stored);
  if (stored.values !== null) await templates.assertFollows(stored.values);
  const next = columnsOf(stored);
  const columns = [next.record, next.hasPrivate, next.ttl, next.successor];
  const [row] = await tx.query<{ seq: number; version: number }>(STORE, [...name, ...columns, actor, next.guarded]);
  if (row === undefined) throw new Error('The record that was locked is gone');
  return { version: row.version, seq: row.seq, previous: current, stored };
}

async function lockRecord(
  tx: Queryable,
  name: readonly string[],
  { suffix, actor }: { suffix: string; actor: string },
): Promise<StoredRecord | null> {
  const claimed = (await tx.query(CLAIM, [...name, suffix, actor])).length === 1;
  if (claimed) return null;
  const [row] = await tx.query<RecordRow>(LOCK, name);
  if (row === undefined) throw new Error('The record that exists cannot be locked');
  return storedRecordOf(row);
}
