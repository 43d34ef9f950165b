import { LRUCache } from 'lru-cache';

/** Requests of one address: `tokens` more may come now. */
export interface Bucket {
  tokens: number;
  filledAt: number;
}

const MAX_ADDRESSES = 100_000;

/** A limit of requests a second by address; costs a subtraction a request, for a bucket is refilled only when it is empty. */
export class TokenBuckets {
  readonly #rate: number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_ADDRESSES });

  constructor(rate: number) {
    this.#rate = rate;
  }

  bucketOf(address: string): Bucket {
    let bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      bucket = { tokens: this.#rate, filledAt: 0 };
      this.#buckets.set(address, bucket);
    }
    return bucket;
  }

  /** Takes `cost` tokens; false when there are not enough. `now` in milliseconds. */
  take(bucket: Bucket, now: number, cost = 1): boolean {
    if (this.#rate === 0) return true;
    const price = Math.min(cost, this.#rate);
    if (bucket.tokens < price) {
      bucket.tokens = Math.min(this.#rate, bucket.tokens + ((now - bucket.filledAt) / 1000) * this.#rate);
      bucket.filledAt = now;
      if (bucket.tokens < price) return false;
    }
    bucket.tokens -= price;
    return true;
  }
}
