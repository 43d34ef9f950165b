import { BatchReader } from '../database/batch-reader.ts';
import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { RECORD_COLUMNS, type RecordRow, type StoredRecord, storedRecordOf } from './stored-record.ts';

export interface RecordName {
  readonly prefix: Prefix;
  readonly suffixKey: string;
}

/** Identifiers a statement; past 256 the rate gains nothing and the slowest waits longer. */
const MAX_NAMES = 256;
const CONCURRENT_STATEMENTS = 4;

// Plan, generic, at 1 M rows: a nested loop of index scans on the primary key, 4 buffers and 0.015 ms a name.
const READ = {
  name: 'read_records',
  text: `select k.n::int as n, ${RECORD_COLUMNS}
    from unnest($1::text[], $2::text[]) with ordinality as k(prefix, suffix_key, n)
    join identifiers i on i.prefix = k.prefix and i.suffix_key = k.suffix_key`,
};

export interface RecordReaderOptions {
  /** Told of each statement: its names and how long it took. */
  readonly onBatch?: (names: number, seconds: number) => void;
}

/** Reads records by name; names asked for in one turn of the event loop share a statement. */
export class RecordReader {
  readonly #batches: BatchReader<RecordName, StoredRecord>;

  constructor(database: Queryable, { onBatch }: RecordReaderOptions = {}) {
    this.#batches = new BatchReader({
      read: (names) => readRecords(database, names),
      maxKeys: MAX_NAMES,
      concurrency: CONCURRENT_STATEMENTS,
      onBatch,
    });
  }

  find(name: RecordName): Promise<StoredRecord | null> {
    return this.#batches.find(name);
  }
}

async function readRecords(database: Queryable, names: readonly RecordName[]): Promise<(StoredRecord | null)[]> {
  const columns = [names.map((name) => name.prefix), names.map((name) => name.suffixKey)];
  const found = new Array<StoredRecord | null>(names.length).fill(null);
  for (const row of await database.query<RecordRow & { n: number }>(READ, columns)) {
    found[row.n - 1] = storedRecordOf(row);
  }
  return found;
}
