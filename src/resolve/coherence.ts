import type { MemoryCache } from '../cache/memory-cache.ts';
import type { RedisLayer } from '../cache/open-redis.ts';
import type { Queryable } from '../database/database.ts';
import { PREFIX_RECORDS, type Prefix } from '../identifier/prefix.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { Change } from '../registry/feed.ts';
import { FeedFollower } from '../registry/feed-follower.ts';
import type { KnownIdentifiers } from '../registry/known-identifiers.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Neighbours } from '../workers/neighbours.ts';
import type { CachedOutcome } from './cached-outcome.ts';
import type { ReferralCache } from './remote/referral-cache.ts';
import { SharedCache } from './shared-cache.ts';

export interface CoherenceOptions {
  readonly database: Queryable;
  /** The number of the last change that `prefixes` and `computed` reflect. */
  readonly from: number;
  readonly prefixes: PrefixTable;
  readonly computed: ComputedTable;
  /** Null: this node hosts nothing. */
  readonly known: Pick<KnownIdentifiers, 'add'> | null;
  readonly memory: MemoryCache<CachedOutcome>;
  readonly referrals: ReferralCache;
  readonly redis: RedisLayer | null;
  /** The other processes of the node on this machine, when there are any. */
  readonly neighbours?: Neighbours | null;
  readonly now: () => number;
  /** Told after changes were applied. */
  readonly onApplied?: (changes: readonly Change[]) => void;
}

/** Keeps all that this process remembers true to the node's change feed: prefixes, computed records, memory, referrals and Redis. */
export class Coherence {
  readonly follower: FeedFollower;
  readonly #options: CoherenceOptions;
  readonly #shared: SharedCache | null;
  #asked: Promise<unknown> = Promise.resolve();
  #next: Promise<unknown> | null = null;

  constructor(options: CoherenceOptions) {
    this.#options = options;
    const { database, from, redis, now } = options;
    this.follower = new FeedFollower({ database, from, now, apply: (changes) => this.#apply(changes) });
    this.#shared =
      redis === null ? null : new SharedCache({ cache: redis.cache, database, cursor: () => this.follower.cursor });
  }

  async start(): Promise<void> {
    this.#options.redis?.channel.subscribe(() => this.follower.wake());
    this.#options.neighbours?.answer('catch-up', () => this.follower.catchUp());
    await this.#shared?.start();
    this.follower.start();
  }

  /**
   * Applies what this process has committed, and tells the node's other processes to do so. Resolves when those of this
   * machine have, too: what is acknowledged after it, each of them says.
   */
  async announce(): Promise<void> {
    this.#options.redis?.channel.publish();
    await Promise.all([this.follower.catchUp(), this.#neighboursCatchUp()]);
  }

  /** Who comes while the others are being asked shares the next question: it is asked after the commits of all who wait for it. */
  #neighboursCatchUp(): Promise<unknown> {
    const { neighbours = null } = this.#options;
    if (neighbours === null) return Promise.resolve();
    this.#next ??= this.#asked.then(() => {
      this.#next = null;
      this.#asked = neighbours.ask('catch-up');
      return this.#asked;
    });
    return this.#next;
  }

  async close(): Promise<void> {
    await this.follower.close();
    await this.#shared?.close();
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const { known, memory, referrals } = this.#options;
    if (known !== null) for (const change of changes) if (change.kind === 'record') known.add(change.key);
    const moved = changes.flatMap((change) => (change.kind === 'prefix' ? [change.prefix] : []));
    if (moved.length > 0) await this.#reload(moved);
    // Redis first: once memory forgets a record, the next layer must not have an older one.
    await this.#shared?.apply(changes);
    for (const change of changes) if (change.kind === 'record') memory.invalidate(change.key, change.version);
    if (moved.length > 0) {
      memory.invalidateSubtrees([...moved, PREFIX_RECORDS]);
      referrals.invalidateSubtrees(moved);
    }
    this.#options.onApplied?.(changes);
  }
  /**
   * What a prefix computes is read after the prefix and put before it: whoever sees a version of the prefix sees all that was
   * published with it, or more. RedisStep builds on that.
   */
  async #reload(moved: readonly Prefix[]): Promise<void> {
    const { database, prefixes, computed } = this.#options;
    const entries = await prefixes.read(database, moved);
    await computed.reload(database, moved);
    for (const entry of entries) prefixes.put(entry);
  }
}
