import type { RedisCache } from '../cache/redis-cache.ts';
import type { Queryable } from '../database/database.ts';
import { type Change, readFeed } from '../registry/feed.ts';

/** More missed changes than this are not applied one by one: a new epoch forgets everything. */
const MAX_MISSED = 20_000;
const RETRY_EVERY = 500;

export interface SharedCacheOptions {
  readonly cache: RedisCache;
  readonly database: Queryable;
  /** The number of the last change that this process has applied. */
  readonly cursor: () => number;
}

/**
 * Keeps the Redis layer true to the change feed. While it has missed something, because Redis or its connection was away,
 * it is not read: resolution goes on without it.
 */
export class SharedCache {
  readonly #options: SharedCacheOptions;
  #timer: NodeJS.Timeout | null = null;
  #mending: Promise<void> | null = null;

  constructor(options: SharedCacheOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#mend();
    this.#timer = setInterval(() => void this.#mend(), RETRY_EVERY);
    this.#timer.unref();
  }

  /** Leaves floors for the changes. A failure only means that Redis is not read until the feed has been applied again. */
  async apply(changes: readonly Change[]): Promise<void> {
    if (!this.#options.cache.trusted) return;
    try {
      await raise(this.#options.cache, changes);
    } catch {
      this.#options.cache.distrust();
    }
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#mending;
  }

  async #mend(): Promise<void> {
    if (this.#options.cache.trusted || this.#mending !== null) return;
    this.#mending = this.#catchUp().catch(() => {});
    await this.#mending;
    this.#mending = null;
  }

  /** From the last change that left its floor in Redis to the last one that this process knows. */
  async #catchUp(): Promise<void> {
    const { cache, database, cursor } = this.#options;
    let applied = await cache.attach(cursor());
    while (applied < cursor()) {
      if (cursor() - applied > MAX_MISSED) {
        applied = await cache.startEpoch(cursor());
        continue;
      }
      const changes = await readFeed(database, applied);
      const last = changes.at(-1);
      if (last === undefined) break;
      await raise(cache, changes);
      applied = last.seq;
    }
    // What others have applied and this process has not, it may still read as it was: it joins when it knows as much.
    if (applied > cursor()) return;
    // No await since the cursor was read: a change applied from here on finds the cache trusted.
    cache.trust();
  }
}

async function raise(cache: RedisCache, changes: readonly Change[]): Promise<void> {
  const floors = changes.flatMap((change) => {
    if (change.kind !== 'record') return [];
    const slash = change.key.indexOf('/');
    const name = { prefix: change.key.slice(0, slash), rest: `own:${change.key.slice(slash + 1)}` };
    return [{ name, version: change.version }];
  });
  await cache.raise(floors, changes.at(-1)?.seq ?? 0);
}
