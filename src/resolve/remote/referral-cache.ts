import { LRUCache } from 'lru-cache';
import { findLongestMatch, lineage, type Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';

/** A point of the tree at which another node takes over. */
export interface Cut {
  /** Null: the root, above every prefix. */
  readonly prefix: Prefix | null;
  readonly site: Site;
}

/** A cut that another node told of. */
export interface Referred extends Cut {
  readonly prefix: Prefix;
  /** Milliseconds of the epoch. */
  readonly freshUntil: number;
}

const MAX_REFERRALS = 100_000;

/** The referrals that other nodes gave. One that has outlived its time is kept: it is better than nothing in an outage. */
export class ReferralCache {
  readonly #referrals = new LRUCache<Prefix, Referred>({ max: MAX_REFERRALS });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  put(prefix: Prefix, site: Site, ttl: number): void {
    this.#referrals.set(prefix, { prefix, site, freshUntil: this.#now() + ttl * 1000 });
  }

  /** The deepest referral at or above a prefix; also an outlived one when `stale` is allowed. */
  find(prefix: Prefix, { stale }: { stale: boolean }): Referred | null {
    for (const at of lineage(prefix)) {
      const held = this.#referrals.get(at);
      if (held !== undefined && (stale || held.freshUntil > this.#now())) return held;
    }
    return null;
  }

  delete(prefix: Prefix): void {
    this.#referrals.delete(prefix);
  }

  invalidateSubtrees(prefixes: readonly Prefix[]): void {
    const moved = new Map(prefixes.map((prefix) => [prefix, true]));
    for (const key of this.#referrals.keys()) if (findLongestMatch(moved, key) !== null) this.#referrals.delete(key);
  }
}
