import type { Entry, MemoryCache } from '../cache/memory-cache.ts';
import { SingleFlight } from '../cache/single-flight.ts';
import { catalogue } from '../errors/catalogue.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Answer, CachedOutcome } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { STALE_MAX } from './lifetimes.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface MemoryStepOptions {
  readonly cache: MemoryCache<CachedOutcome>;
  readonly next: Resolver;
  /** Whether the node's change feed is being followed; without it what is cached may be out of date. */
  readonly isCurrent: () => boolean;
  readonly now: () => number;
  readonly count: (event: 'hit' | 'miss' | 'coalesced' | 'stale') => void;
}

/** A failure that an old answer is better than: the source could not be reached, not that it said no. */
const OUTAGES = new Set(['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_INVALID', 'DATABASE_UNAVAILABLE']);

/** Answers from memory; asks the next step once for all who wait for the same identifier; serves stale in an outage. */
export class MemoryStep implements Resolver {
  readonly #options: MemoryStepOptions;
  readonly #flights = new SingleFlight<string, Outcome>();

  constructor(options: MemoryStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const { cache, count, now } = this.#options;
    const begun = now();
    const entry = cache.get(query.key);
    if (entry !== undefined && suits(entry.value.answer, query) && this.isFresh(entry, begun)) {
      count('hit');
      const outcome = fromMemory(entry, begun);
      context.trace?.addCached(outcome, { prefix: query.place, milliseconds: 0 });
      return outcome;
    }
    return this.#ask(query, context, entry, begun);
  }

  isFresh(entry: Entry<CachedOutcome>, now: number): boolean {
    return now < entry.freshUntil && this.#options.isCurrent();
  }

  async #ask(query: Query, context: Context, entry: Entry<CachedOutcome> | undefined, begun: number): Promise<Outcome> {
    const { count, now } = this.#options;
    try {
      // A traced resolution flies alone: its hops are its own.
      if (query.authoritative || context.trace !== null) return await this.#load(query, context);
      const flight = query.recursive ? query.key : `local ${query.key}`;
      count(this.#flights.has(flight) ? 'coalesced' : 'miss');
      const work = this.#flights.run(flight, () => this.#load(query, context));
      return await withDeadline(work, { context, query, now });
    } catch (error) {
      if (entry === undefined || !suits(entry.value.answer, query) || !isOutage(error)) throw error;
      const staleFor = Math.max(0, Math.ceil((now() - entry.freshUntil) / 1000));
      if (staleFor > STALE_MAX) throw error;
      count('stale');
      const outcome = { ...entry.value.answer, source: 'memory' as const, ttl: 0, stale: staleFor };
      context.trace?.addCached(outcome, { prefix: query.place, milliseconds: now() - begun, note: error.message });
      return outcome;
    }
  }

  async #load(query: Query, context: Context): Promise<Outcome> {
    const { cache, next, now } = this.#options;
    const begunAt = cache.begin();
    const outcome = await next.resolve(query, context);
    if (outcome.kind !== 'referral' && outcome.ttl > 0 && outcome.stale === undefined) {
      const stored = now();
      const value = new CachedOutcome(query.prefix, outcome);
      cache.put(query.key, value, { begunAt, now: stored, freshUntil: stored + outcome.ttl * 1000 });
    }
    return outcome;
  }
}

export function fromMemory(entry: Entry<CachedOutcome>, now: number): Answer {
  return { ...entry.value.answer, source: 'memory', ttl: (entry.freshUntil - now) / 1000 };
}

/** Who wants the responsible node's word gets none from memory; who wants a referral gets no other node's answer. */
function suits(answer: Answer, query: Query): boolean {
  return !query.authoritative && (answer.own || query.recursive);
}

function isOutage(error: unknown): error is KapokError {
  return error instanceof KapokError && OUTAGES.has(error.code);
}

/** Whoever joined a flight late still leaves it at the own deadline; the flight goes on and fills the cache. */
async function withDeadline<T>(
  work: Promise<T>,
  { context, query, now }: { context: Context; query: Query; now: () => number },
) {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const late = () => {
      const message = `${catalogue.UPSTREAM_TIMEOUT.text} (deadline of the whole request)`;
      reject(new KapokError('UPSTREAM_TIMEOUT', { message, subject: query.text }));
    };
    timer = setTimeout(late, Math.max(0, context.deadline - now()));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
