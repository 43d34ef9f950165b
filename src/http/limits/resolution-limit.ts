import type { Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import { TokenBuckets } from '../token-bucket.ts';
import type { RefusedBy } from './show-limit.ts';

/** How often a network may ask in a second, whichever way it asks; costs a subtraction (`token-bucket.ts`). */
export class ResolutionLimit {
  readonly #max: number;
  readonly #buckets: TokenBuckets;
  readonly #stats: Services['stats'];
  readonly #now: () => number;

  constructor({ config, stats, now }: Pick<Services, 'config' | 'stats' | 'now'>) {
    this.#max = config.rateLimit;
    this.#buckets = new TokenBuckets(config.rateLimit);
    this.#stats = stats;
    this.#now = now;
  }

  /** Whether a network may ask `cost` more. */
  admits(peer: Peer, cost = 1): boolean {
    const moment = this.#now();
    peer.bucket ??= this.#buckets.bucketOf(peer.network, moment);
    if (this.#buckets.take(peer.bucket, moment, cost)) return true;
    this.#stats.limited++;
    return false;
  }

  /** How often that is, for one that is told to wait. */
  get limit(): RefusedBy {
    return { max: this.#max, seconds: 1, what: 'resolutions from this network' };
  }
}
