import type { Queryable } from '../database/database.ts';
import { type Change, FEED_PAGE, readFeed } from './feed.ts';

/** How often the feed is looked at when nobody gives a word, in milliseconds: the bound of staleness without Redis. */
const LOOK_EVERY = 400;
/** A feed that could not be read for this long says nothing about what is cached, in milliseconds. */
const TRUSTED_FOR = 1_000;

export interface FeedFollowerOptions {
  readonly database: Queryable;
  /** The number of the last change that is already known. */
  readonly from: number;
  /** Applies changes, in order; the next page is read when it is done. */
  readonly apply: (changes: readonly Change[]) => void | Promise<void>;
  readonly now?: () => number;
}

/** Follows the node's own change feed: at a word, and by the clock. */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  readonly #now: () => number;
  #cursor: number;
  #readAt: number;
  #look: Promise<void> | null = null;
  #again = false;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#cursor = options.from;
    this.#readAt = this.#now();
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Whether everything older than a second has been applied. */
  get current(): boolean {
    return this.lag < TRUSTED_FOR;
  }

  /** Milliseconds since the moment of which everything has been applied. */
  get lag(): number {
    return Math.max(0, this.#now() - this.#readAt);
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY);
    this.#timer.unref();
  }

  wake(): void {
    this.catchUp().catch(() => {});
  }

  /** Resolves when every change that was committed before the call is applied; rejects when the feed cannot be read. */
  async catchUp(): Promise<void> {
    if (this.#look !== null) {
      // The look under way may have begun before the commit that the caller knows of.
      this.#again = true;
      await this.#look.catch(() => {});
      if (this.#look !== null) return this.#look;
      if (!this.#again) return;
    }
    this.#again = false;
    this.#look = this.#readAll().finally(() => {
      this.#look = null;
    });
    return this.#look;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#look?.catch(() => {});
  }

  async #readAll(): Promise<void> {
    while (!this.#closed) {
      const readAt = this.#now();
      const changes = await readFeed(this.#options.database, this.#cursor);
      const last = changes.at(-1);
      if (last !== undefined) {
        await this.#options.apply(changes);
        this.#cursor = last.seq;
      }
      if (changes.length < FEED_PAGE) {
        this.#readAt = readAt;
        return;
      }
    }
  }
}
