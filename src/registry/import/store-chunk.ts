import { commitOnce } from '../../database/commit-once.ts';
import type { Connection, Database, Queryable } from '../../database/database.ts';
import type { Templates } from '../templates.ts';
import type { Chunk } from './chunk.ts';
import { encodeNewRows } from './copy-rows.ts';
import { DryRun } from './dry-run.ts';
import { holdCases } from './hold-cases.ts';
import { type Outcome, resultOf } from './outcome.ts';
import type { ReadyRow } from './prepare-row.ts';
import type { RowResult } from './rows.ts';
import { storeNewRows, storeRows } from './store-rows.ts';

export interface ChunkStoreOptions {
  readonly database: Database;
  readonly templates: Templates;
  /** Replace records that exist; otherwise their rows fail. */
  readonly overwrite: boolean;
  /** Nothing is written: the results say what would have become of the rows. */
  readonly dryRun: boolean;
  readonly actor: string;
  /** In the transaction of each chunk, before its commit. It may be called again, when that transaction did not go in. */
  readonly beforeCommit?: (tx: Queryable, chunk: Chunk, results: readonly RowResult[]) => Promise<void>;
}

/** A chunk that waits for its turn. */
export interface ReadyChunk {
  readonly store: () => Promise<readonly RowResult[]>;
  /** Resolves when the database has been told all of it, and is at work; of some chunks never. */
  readonly sent: Promise<void>;
}

type Storing = (tx: Queryable, connection: Connection) => Promise<ReadonlyMap<ReadyRow, Outcome>>;

/** Stores chunks, a transaction each, in their order; a chunk's results are told after its commit. */
export class ChunkStore {
  readonly #options: ChunkStoreOptions;
  readonly #dryRun: DryRun | null;
  /** Whether the records of the next chunk are taken to be new: those of the last one were. */
  #expectsNew = true;

  constructor(options: ChunkStoreOptions) {
    this.#options = options;
    this.#dryRun = options.dryRun ? new DryRun() : null;
  }

  /** Makes ready what the database is to be told, which is done while the chunk before is stored; the answer stores it. */
  prepare(chunk: Chunk): ReadyChunk {
    const { database, beforeCommit } = this.#options;
    const storeAll = this.#dryRun === null ? this.#storing(chunk) : this.#rehearsing(chunk, this.#dryRun);
    const { promise: sent, resolve: onSent } = withResolvers();
    let storing = this.#storingNew(chunk, onSent) ?? storeAll;
    const store = () =>
      commitOnce(database, async (tx, connection) => {
        const how = storing;
        // Whatever went wrong, also that a record was there: a second try looks first.
        storing = storeAll;
        const outcomes = await how(tx, connection);
        const results = chunk.rows.map((row) => ('suffixKey' in row ? resultOf(row, outcomes.get(row) ?? 1) : row));
        await beforeCommit?.(tx, chunk, results);
        return results;
      });
    return { store, sent };
  }

  /** Without a look at what exists, which would take half as long as storing; null where something may. */
  #storingNew(chunk: Chunk, onSent: () => void): Storing | null {
    const [rows = [], ...repeats] = chunk.generations;
    if (!this.#expectsNew || this.#dryRun !== null || repeats.length > 0 || rows.some(({ slow }) => slow)) return null;
    const encoded = encodeNewRows(rows, this.#options.actor);
    return async (tx, connection) => {
      if ((await holdCases(tx, rows)).size > 0) return this.#storing(chunk)(tx, connection);
      await storeNewRows(rows, { tx, connection, encoded, onSent });
      return ALL_NEW;
    };
  }

  #storing(chunk: Chunk): Storing {
    const { rights } = chunk;
    return async (tx, connection) => {
      const outcomes = new Map<ReadyRow, Outcome>();
      for (const rows of chunk.generations) {
        const stored = await storeRows(rows, { ...this.#options, rights, tx, connection });
        for (const [row, outcome] of stored) outcomes.set(row, outcome);
      }
      this.#expectsNew = [...outcomes.values()].every((outcome) => outcome === 1);
      return outcomes;
    };
  }

  #rehearsing(chunk: Chunk, dryRun: DryRun): Storing {
    return (tx) => dryRun.rehearse(tx, chunk, { ...this.#options, rights: chunk.rights });
  }
}

const ALL_NEW: ReadonlyMap<ReadyRow, Outcome> = new Map();

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
