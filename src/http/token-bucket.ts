import { createLru } from '../cache/lru.ts';

/** Requests of one network: `tokens` more may come now. */
export interface Bucket {
  tokens: number;
  filledAt: number;
}

const MAX_NETWORKS = 100_000;

/** A limit of requests a second by network; costs a subtraction a request, for a bucket is refilled only when it is empty. */
export class TokenBuckets {
  readonly #rate: number;
  readonly #buckets = createLru<string, Bucket>({ max: MAX_NETWORKS });

  constructor(rate: number) {
    this.#rate = rate;
  }

  bucketOf(network: string, now: number): Bucket {
    let bucket = this.#buckets.get(network);
    if (bucket === undefined) {
      bucket = { tokens: this.#rate, filledAt: now };
      this.#buckets.set(network, bucket);
    }
    return bucket;
  }

  /**
   * Takes `cost` tokens; false when there is none. `now` in milliseconds. What costs more than is left is served and paid
   * off within the next second, or a batch larger than the limit could never be.
   */
  take(bucket: Bucket, now: number, cost = 1): boolean {
    if (this.#rate === 0 || cost === 0) return true;
    if (bucket.tokens < 1) {
      bucket.tokens = Math.min(this.#rate, bucket.tokens + ((now - bucket.filledAt) / 1000) * this.#rate);
      bucket.filledAt = now;
      if (bucket.tokens < 1) return false;
    }
    bucket.tokens = Math.max(-this.#rate, bucket.tokens - cost);
    return true;
  }
}
