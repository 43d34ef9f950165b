import type { Queryable } from '../database/database.ts';
import { type FeedState, readFeedState } from './feed-page.ts';

/** How often the head is looked at while somebody waits: the catalogue may be written by another process. In milliseconds. */
const LOOK_EVERY = 200;

/** What whoever waits knows already. */
export type Known = Pick<FeedState, 'head' | 'withdrawn'>;

interface Waiter {
  readonly known: Known;
  readonly done: () => void;
}

/** Tells who waits for news of the catalogue that there are some. */
export class CatalogueHead {
  readonly #database: Queryable;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Resolves when there is more than is known, when the time is over, and when the signal or the node says so. */
  wait(known: Known, { milliseconds, signal }: { milliseconds: number; signal: AbortSignal }): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.#rest();
        resolve();
      };
      const waiter = { known, done };
      const limit = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
      this.#waiters.add(waiter);
      this.#timer ??= setInterval(() => this.wake(), LOOK_EVERY);
    });
  }

  /** Looks at once: a commit of this process may have added rows. */
  wake(): void {
    if (this.#waiters.size > 0) void this.#look();
  }

  /** Lets everybody go. */
  close(): void {
    this.#closed = true;
    for (const { done } of [...this.#waiters]) done();
  }

  async #look(): Promise<void> {
    // Without the database there is nothing new to tell; who waits asks it anew when its time is over.
    const state = await readFeedState(this.#database).catch(() => null);
    if (state === null) return;
    for (const { known, done } of [...this.#waiters]) {
      if (state.head > known.head || state.withdrawn !== known.withdrawn) done();
    }
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
