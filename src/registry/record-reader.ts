import { type BatchListener, BatchReader } from '../database/batch-reader.ts';
import type { Queryable } from '../database/database.ts';
import type { Replicas } from '../database/replicas.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { RECORD_COLUMNS, type RecordRow, type StoredRecord, storedRecordOf } from './stored-record.ts';

export interface RecordName {
  readonly prefix: Prefix;
  readonly suffixKey: string;
}

/** Identifiers a statement; past 256 the rate gains nothing and the slowest waits longer. */
const MAX_NAMES = 256;
const CONCURRENT_STATEMENTS = 4;

// One row a name at most, and said so: where the table is partitioned the planner would count a row of each part, and come to
// read all of it. Plan, generic, at 1 M rows: a nested loop of index scans on the primary key, 4 buffers a name; of 16 parts the
// one is read that has the prefix. Processor time of the server for 1, 16 and 256 names, in µs: 59, 151 and 1,670; with 16 parts
// 102, 205 and 1,900; with 64 parts 229, 366 and 2,450.
const RECORD = `(select * from identifiers i where i.prefix = k.prefix and i.suffix_key = k.suffix_key limit 1) i`;
const NAMES = 'unnest($1::text[], $2::text[]) with ordinality as k(prefix, suffix_key, n)';

const READ = {
  name: 'read_records',
  text: `select k.n::int as n, ${RECORD_COLUMNS} from ${NAMES} cross join lateral ${RECORD}`,
};

/**
 * The same from a replica. What one statement sees is one moment of the feed, and says which; a replica that was promoted
 * says so, too, for its connections live on.
 */
const READ_THERE = {
  name: 'read_records_there',
  text: `select k.n::int as n, (select feed_head from node) as feed_head, pg_is_in_recovery() as standby, ${RECORD_COLUMNS}
    from ${NAMES} left join lateral ${RECORD} on true`,
};

/**
 * With fewer names PostgreSQL takes a plan for them for cheaper than the one that it has, which it makes for 10, and plans each
 * statement anew: 140 µs in place of 59 for one name, 370 in place of 102 with 16 parts. So empty places are added, which cost nothing.
 */
const LEAST_NAMES = 10;

/** A replica that is behind is asked again after this time, in milliseconds: asking costs a statement. */
const BEHIND_REST = 20;

export interface RecordReaderOptions {
  /** Told of each statement: its names and how long it took. */
  readonly onBatch?: BatchListener;
  readonly nearby?: Nearby;
}

/** Replicas, and the number of the change that a read must reflect at least; null: only the primary knows. */
export interface Nearby {
  readonly replicas: Replicas;
  readonly needed: () => number | null;
}

type Found = (StoredRecord | null)[];

/** Reads records by name; names asked for in one turn of the event loop share a statement. */
export class RecordReader {
  readonly #batches: BatchReader<RecordName, StoredRecord>;

  constructor(database: Queryable, { onBatch, nearby }: RecordReaderOptions = {}) {
    this.#batches = new BatchReader({
      read: async (names) => (nearby && (await readNearby(nearby, names))) ?? readRecords(database, names),
      maxKeys: MAX_NAMES,
      concurrency: CONCURRENT_STATEMENTS,
      onBatch,
    });
  }

  /** `onBatch`: told of the statement that reads this one. */
  find(name: RecordName, onBatch?: BatchListener): Promise<StoredRecord | null> {
    return this.#batches.find(name, onBatch);
  }
}

async function readRecords(database: Queryable, names: readonly RecordName[]): Promise<Found> {
  const found = new Array<StoredRecord | null>(names.length).fill(null);
  for (const row of await database.query<NumberedRow>(READ, columnsOf(names))) found[row.n - 1] = storedRecordOf(row);
  return found;
}

/** Null when no replica can say; then the primary does. */
async function readNearby({ replicas, needed }: Nearby, names: readonly RecordName[]): Promise<Found | null> {
  const least = needed();
  const replica = least === null ? null : replicas.next();
  if (least === null || replica === null) return null;
  try {
    const rows = await replica.database.query<ThereRow>(READ_THERE, columnsOf(names));
    const [first] = rows;
    if (first?.standby !== true) throw new Error('The replica was promoted');
    if (first.feed_head < least) {
      replica.rest(BEHIND_REST);
      return null;
    }
    const found = rows.sort((a, b) => a.n - b.n).slice(0, names.length);
    return found.map((row) => ((row.version ?? null) === null ? null : storedRecordOf(row)));
  } catch (error) {
    replica.lose(error);
    return null;
  }
}

interface NumberedRow extends RecordRow {
  readonly n: number;
}

/** Of a name that has no record all columns of it are null. */
interface ThereRow extends NumberedRow {
  readonly feed_head: number;
  readonly standby: boolean;
}

type Column = (string | null)[];

function columnsOf(names: readonly RecordName[]): [prefixes: Column, suffixKeys: Column] {
  const empty = new Array<null>(Math.max(0, LEAST_NAMES - names.length)).fill(null);
  return [
    [...names.map(({ prefix }) => prefix), ...empty],
    [...names.map(({ suffixKey }) => suffixKey), ...empty],
  ];
}
