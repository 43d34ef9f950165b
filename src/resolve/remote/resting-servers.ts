import { LRUCache } from 'lru-cache';
import type { KapokError } from '../../errors/kapok-error.ts';

/** After a failure a server is left alone for this long, in milliseconds. */
const REST = 1_000;
/** Servers whose failure is remembered: referrals may name as many as they like. */
const MAX_FAILURES = 10_000;

/** Servers of other nodes that have lately not answered: who would ask one gets its failure at once. */
export class RestingServers {
  readonly #failures = new LRUCache<string, { until: number; error: KapokError }>({ max: MAX_FAILURES });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Null: it may be asked. */
  failureOf(url: string): KapokError | null {
    const failure = this.#failures.get(url);
    return failure !== undefined && failure.until > this.#now() ? failure.error : null;
  }

  failed(url: string, error: KapokError): void {
    this.#failures.set(url, { until: this.#now() + REST, error });
  }

  /** It was heard, in whatever way: it is there. */
  heard(url: string): void {
    this.#failures.delete(url);
  }
}
