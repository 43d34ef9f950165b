import type { Queryable } from '../database/database.ts';

/** How often the head is looked at while somebody waits: the catalogue may be written by another process. In milliseconds. */
const LOOK_EVERY = 200;

interface Waiter {
  readonly after: number;
  readonly done: () => void;
}

/** Tells who waits for the catalogue's next rows that they are there. */
export class CatalogueHead {
  readonly #database: Queryable;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Resolves when there are rows after this number, when the time is over, and when the signal or the node says so. */
  wait(after: number, { milliseconds, signal }: { milliseconds: number; signal: AbortSignal }): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.#rest();
        resolve();
      };
      const waiter = { after, done };
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
    const rows = await this.#database.query<{ head: number }>(HEAD).catch(() => []);
    const head = rows[0]?.head ?? 0;
    for (const { after, done } of [...this.#waiters]) if (head > after) done();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

const HEAD = { name: 'catalogue_head', text: 'select head from catalogue_state' };
