import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Database, Queryable } from '../database/database.ts';
import type { Catalogue } from './catalogue.ts';
import { feedPages, type IndexStepOptions, indexStep } from './index-step.ts';

/** How often it is looked whether there is something to do when nobody gives a word, in milliseconds. */
const LOOK_EVERY = 1_000;
/**
 * Rest after a step, as a multiple of the time that the step took. While the feed grows, somebody writes: the indexer then
 * takes a quarter of one processor, and half of one when it only has to catch up. Beside an import of this process a quarter
 * would be a third of what the import itself takes: 38 µs of processor time a row instead of 26.
 */
const REST_BESIDE_WRITERS = 3;
const REST = 1;
const LONGEST_REST = 1_000;

export interface IndexerOptions {
  readonly database: Database;
  readonly catalogue: Catalogue;
  /** Whether an import is under way here: then there is a step a second, and the rest is caught up with after it. */
  readonly isImporting?: () => boolean;
  /** Told of failures; the step is tried again at the next look. */
  readonly onError: (error: unknown) => void;
}

/** What the metrics show. */
export interface IndexerProgress {
  /** Changes of this node that the catalogue does not show yet. */
  readonly lag: number;
  readonly rows: number;
}

/**
 * Keeps the catalogue true to this node's own change feed, from a cursor in the database: one process of the node at a time,
 * and another goes on within seconds when that one ends in whatever way.
 */
export class Indexer {
  readonly #options: IndexerOptions;
  readonly #step: IndexStepOptions;
  readonly #closing = new AbortController();
  #progress: IndexerProgress & { head: number } = { lag: 0, rows: 0, head: 0 };
  #run: Promise<void> | null = null;
  #again = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#step = { catalogue: options.catalogue, holder: randomUUID(), changesAfter: feedPages() };
  }

  get progress(): IndexerProgress {
    return this.#progress;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY);
    this.#timer.unref();
    this.wake();
  }

  /** Says that there may be something new; costs nothing when the indexer is at work already. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#again = true;
    this.#run ??= this.#catchUp()
      .catch((error) => this.#options.onError(error))
      .finally(() => {
        this.#run = null;
      });
  }

  /** Ends after the step that is under way, and lets another process go on at once. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#closing.abort();
    await this.#run;
    const text = 'update catalogue_cursor set holder = null where holder = $1';
    await this.#options.database.query(text, [this.#step.holder]);
  }

  async #catchUp(): Promise<void> {
    const { signal } = this.#closing;
    const { isImporting } = this.#options;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      let before = await this.#look();
      while (this.#progress.lag > 0 && !signal.aborted) {
        const begun = performance.now();
        const done = await this.#options.database.transaction((tx) => indexStep(tx, this.#step));
        if (done === null) break;
        const took = performance.now() - begun;
        const head = await this.#look();
        const rest = isImporting?.() ? LONGEST_REST : took * (head > before ? REST_BESIDE_WRITERS : REST);
        before = head;
        await setTimeout(Math.min(LONGEST_REST, rest), undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Answers with the number of the feed's last change. */
  async #look(): Promise<number> {
    this.#progress = await readProgress(this.#options.database);
    return this.#progress.head;
  }
}

async function readProgress(database: Queryable): Promise<IndexerProgress & { head: number }> {
  const text = 'select feed_head - cursor as lag, rows, feed_head as head from catalogue_state, catalogue_cursor, node';
  const [row] = await database.query<{ lag: number; rows: number; head: number }>({ name: 'index_progress', text });
  if (row === undefined) throw new Error('The table "catalogue_cursor" is empty');
  return row;
}
