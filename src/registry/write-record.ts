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

export interface RecordWrite {
  readonly identifier: Identifier;
  readonly suffixKey: string;
  /** The id of the token that writes. */
  readonly actor: string;
  /** The new record made of the present one (null: there has never been one). Throws to refuse; nothing is changed then. */
  readonly change: (current: StoredRecord | null) => NewRecord;
  /** Checks the record against the template that it names. */
  readonly templates: Templates;
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
  text: `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl)
    values ($1, $2, $3, 0, null, false, 0) on conflict do nothing returning 1`,
};

const STORE = {
  name: 'store_record',
  text: `with written as (
      update identifiers set version = version + 1, record = $3, has_private = $4, ttl = $5, successor = $6,
        updated_at = clock_timestamp()
      where prefix = $1 and suffix_key = $2 returning version, updated_at
    ), kept as (
      -- The clock, not the start of the transaction: versions of a record are in the order of their times.
      insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select $1, $2, version, $3, $6, $7, updated_at from written
    ), head as (
      update node set feed_head = feed_head + 1 returning feed_head
    )
    insert into changes (seq, prefix, suffix_key, version)
    select head.feed_head, $1, $2, written.version from head, written returning seq, version`,
};

/** Writes one record: the record, its version in history and its number in the change feed, in one transaction. */
export function writeRecord(database: Database, write: RecordWrite): Promise<Written> {
  return database.transaction((tx) => writeRecordIn(tx, write));
}

/** The same, in a transaction of the caller's. From here to its end all other writers of the node wait. */
export async function writeRecordIn(tx: Queryable, write: RecordWrite): Promise<Written> {
  const { identifier, suffixKey, actor, change, templates } = write;
  const name = [identifier.prefix, suffixKey];
  const current = await lockRecord(tx, name, identifier.suffix);
  const stored = change(current);
  if (stored.values !== null) await templates.assertFollows(stored.values);
  const next = columnsOf(stored);
  const columns = [next.record, next.hasPrivate, next.ttl, next.successor];
  const [row] = await tx.query<{ seq: number; version: number }>(STORE, [...name, ...columns, actor]);
  if (row === undefined) throw new Error('The record that was locked is gone');
  return { version: row.version, seq: row.seq, previous: current, stored };
}

async function lockRecord(tx: Queryable, name: readonly string[], suffix: string): Promise<StoredRecord | null> {
  const claimed = (await tx.query(CLAIM, [...name, suffix])).length === 1;
  if (claimed) return null;
  const [row] = await tx.query<RecordRow>(LOCK, name);
  if (row === undefined) throw new Error('The record that exists cannot be locked');
  return storedRecordOf(row);
}
