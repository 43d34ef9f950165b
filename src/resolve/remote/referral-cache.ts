import { createLru } from '../../cache/lru.ts';
import { findLongestMatch, lineage, type Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';
import { Hold, type Seen } from './hold.ts';

/** A point of the tree at which another node takes over. */
export interface Cut {
  /** The nodes on the way to it; absent: nothing tells when it changes. */
  readonly seen?: readonly Seen[];
  /** Null: the root, above every prefix. */
  readonly prefix: Prefix | null;
  readonly site: Site;
}

/** A cut that another node told of. */
export interface Referred extends Cut {
  readonly prefix: Prefix;
  /** Milliseconds of the epoch. */
  readonly storedAt: number;
  readonly freshUntil: number;
}

const MAX_REFERRALS = 100_000;

/** The referrals that other nodes gave. One that has outlived its time is kept: it is better than nothing in an outage. */
export class ReferralCache {
  readonly #referrals = createLru<Prefix, Referred>({ max: MAX_REFERRALS });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `ttl`: seconds. */
  put({ prefix, site, seen }: Cut & { readonly prefix: Prefix }, ttl: number): void {
    const storedAt = this.#now();
    const known = seen === undefined ? {} : { seen };
    this.#referrals.set(prefix, { prefix, site, storedAt, freshUntil: storedAt + ttl * 1000, ...known });
  }

  /** The deepest referral at or above a prefix; also an outlived one when `stale` is allowed. */
  find(prefix: Prefix, { stale }: { stale: boolean }): Referred | null {
    for (const at of lineage(prefix)) {
      const held = this.#referrals.get(at);
      if (held !== undefined && (stale || isFresh(held, this.#now()))) return held;
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

function isFresh({ seen, storedAt, freshUntil }: Referred, now: number): boolean {
  return now < (seen === undefined ? freshUntil : Math.min(freshUntil, new Hold(seen).goodUntil(storedAt)));
}
