import type { Entry, MemoryCache } from '../cache/memory-cache.ts';
import { SingleFlight } from '../cache/single-flight.ts';
import { catalogue } from '../errors/catalogue.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { digestOf } from '../registry/recent-changes.ts';
import { type Answer, CachedOutcome } from './cached-outcome.ts';
import type { Context } from './context.ts';
import type { KnownAbsence } from './known-absence.ts';
import { STALE_MAX } from './lifetimes.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface MemoryStepOptions {
  readonly cache: MemoryCache<CachedOutcome>;
  /** Says at once what is surely absent, and need not be kept; null: nothing is. */
  readonly absence: Pick<KnownAbsence, 'find'> | null;
  readonly next: Resolver;
  /** Why the next step cannot take one more; null: it can. */
  readonly refusal: (query: Query, context: Context) => KapokError | null;
  /** Whether the node's change feed is being followed; without it what is cached may be out of date. */
  readonly isCurrent: () => boolean;
  /** How long an answer that has outlived its time waits for a new one, in milliseconds (RFC 8767 §5: client response timer). */
  readonly staleWait: number;
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** How an identifier that this node has answered for is asked for again, and how long that may take. */
  readonly renewal: (handle: string) => { readonly query: Query; readonly context: Context };
  readonly count: (event: 'hit' | 'miss' | 'coalesced' | 'stale' | 'refreshed') => void;
}

/** The last part of an entry's time, in which a use has it asked for anew. */
const RENEWAL = 0.1;
/** By how much times are shortened at most, by chance: what came together does not all end together. */
const JITTER = 0.1;

/** A failure that an old answer is better than: the source could not be reached or asked, not that it said no. */
const OUTAGES = new Set([
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_INVALID',
  'DATABASE_UNAVAILABLE',
  'OVERLOADED',
]);

/**
 * Answers from memory; asks the next step once for all who wait for the same identifier; asks again for what is used shortly
 * before its time is over; serves stale in an outage.
 */
export class MemoryStep implements Resolver {
  readonly #options: MemoryStepOptions;
  readonly #flights = new SingleFlight<string, Landing>();

  constructor(options: MemoryStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const { cache, count, now } = this.#options;
    const begun = now();
    const entry = cache.get(query.key);
    if (entry !== undefined && suits(entry.value.answer, query) && this.serves(entry, begun)) {
      count('hit');
      const outcome = fromMemory(entry, begun);
      context.trace?.addCached(outcome, { prefix: query.place, milliseconds: 0 });
      return outcome;
    }
    return (
      this.#options.absence?.find(query, context) ??
      this.#refuse(query, context, begun) ??
      this.#ask(query, context, begun)
    );
  }

  /** At once, before anything is begun that waits: that is what shedding must cost less than. Null: there is room, or a flight to join. */
  #refuse(query: Query, context: Context, begun: number): Outcome | null {
    if (this.#flights.has(flightOf(query))) return null;
    const refusal = this.#options.refusal(query, context);
    return refusal === null ? null : this.#staleOr(refusal, { query, context, begun });
  }

  /** Whether an entry can be given as it is. */
  serves(entry: Entry<CachedOutcome>, now: number): boolean {
    if (now >= freshEnd(entry) || !this.#options.isCurrent()) return false;
    const { storedAt, freshUntil } = entry;
    if (freshUntil - now < RENEWAL * (freshUntil - storedAt) && !entry.renewing) this.#renew(entry);
    return true;
  }

  #renew(entry: Entry<CachedOutcome>): void {
    const { answer } = entry.value;
    // Absence is cheap, and what nobody else will ask for.
    if (answer.kind !== 'found') return;
    entry.renewing = true;
    this.#options.count('refreshed');
    const { query, context } = this.#options.renewal(answer.record.handle);
    // A failure is of no interest: who comes after the end of its time asks for itself.
    this.#flights.run(flightOf(query), () => this.#load(query, { ...context, anew: true })).catch(() => {});
  }

  #ask(query: Query, context: Context, begun: number): Promise<Outcome> {
    const { now, staleWait } = this.#options;
    const patience = this.#findStale(query) === null ? Number.POSITIVE_INFINITY : begun + staleWait;
    const until = Math.min(patience, context.deadline);
    return withDeadline(this.#fly(query, context), { until, query, now }).then(outcomeOf, (error) =>
      this.#staleOr(error, { query, context, begun }),
    );
  }

  /** What is held, when an old answer is better than the failure; looked up again, for a change may have taken it back meanwhile. */
  #staleOr(error: unknown, { query, context, begun }: { query: Query; context: Context; begun: number }): Outcome {
    const { count, now } = this.#options;
    const held = isOutage(error) ? this.#findStale(query) : null;
    if (held === null) throw error;
    const { entry, staleFor } = held;
    count('stale');
    const outcome = { ...entry.value.answer, source: 'memory' as const, ttl: 0, stale: staleFor };
    const note = (error as KapokError).message;
    context.trace?.addCached(outcome, { prefix: query.place, milliseconds: now() - begun, note });
    return outcome;
  }

  /** What is kept of an identifier and has outlived its time by no more than STALE_MAX; `staleFor` in seconds. */
  #findStale(query: Query): { readonly entry: Entry<CachedOutcome>; readonly staleFor: number } | null {
    const { cache, now } = this.#options;
    const entry = cache.get(query.key);
    if (entry === undefined || !suits(entry.value.answer, query)) return null;
    const staleFor = Math.max(0, Math.ceil((now() - freshEnd(entry)) / 1000));
    return staleFor > STALE_MAX ? null : { entry, staleFor };
  }

  #fly(query: Query, context: Context): Promise<Landing> {
    // A traced resolution flies alone, for its hops are its own; so does one that is not to be answered from memory.
    if (query.authoritative || context.trace !== null) return this.#load(query, context);
    const key = flightOf(query);
    const joins = this.#flights.has(key);
    this.#options.count(joins ? 'coalesced' : 'miss');
    if (joins) context.span?.tell({ 'kapok.coalesced': true });
    const fly = () => this.#flights.run(key, () => this.#load(query, context));
    // Who joined may have come after the change that overtook the flight; the next one begins later than all who wait.
    return joins ? fly().then((landing) => (landing.overtaken ? fly() : landing)) : fly();
  }

  async #load(query: Query, context: Context): Promise<Landing> {
    const { cache, next, now, random } = this.#options;
    const begunAt = cache.begin();
    try {
      const outcome = await next.resolve(query, context);
      if (outcome.kind === 'referral') return { outcome, overtaken: false };
      const value = new CachedOutcome(query.prefix, outcome);
      const stored = now();
      if (outcome.ttl > 0 && outcome.stale === undefined) {
        const freshUntil = stored + outcome.ttl * 1000 * (1 - JITTER * random());
        const kept = cache.put(query.key, value, { begunAt, now: stored, freshUntil });
        const entry = kept && outcome.hold !== undefined ? cache.get(query.key) : undefined;
        if (entry !== undefined) cache.mark(entry, digestOf(query.key));
      }
      return { outcome, overtaken: !cache.admits(query.key, value, begunAt) };
    } finally {
      cache.end();
    }
  }
}

/** Whom a resolution shares its flight with: who wants a referral gets no other node's answer. */
function flightOf({ key, recursive }: Query): string {
  return recursive ? key : `local ${key}`;
}

/** What a flight brings. */
interface Landing {
  readonly outcome: Outcome;
  /** A change was applied while it was under way. */
  readonly overtaken: boolean;
}

/** Milliseconds of the epoch. */
function freshEnd({ value: { answer }, freshUntil, storedAt }: Entry<CachedOutcome>): number {
  return answer.hold === undefined ? freshUntil : Math.min(freshUntil, answer.hold.goodUntil(storedAt));
}

export function fromMemory(entry: Entry<CachedOutcome>, now: number): Answer {
  return { ...entry.value.answer, source: 'memory', ttl: (entry.freshUntil - now) / 1000 };
}

/** Who wants the responsible node's word gets none from memory; who wants a referral gets no other node's answer. */
function suits(answer: Answer, query: Query): boolean {
  return !query.authoritative && (answer.own || query.recursive);
}

function isOutage(error: unknown): boolean {
  return error instanceof KapokError && OUTAGES.has(error.code);
}

function outcomeOf({ outcome }: Landing): Outcome {
  return outcome;
}

/** Whoever joined a flight late still leaves it in time; the flight goes on and fills the cache. */
function withDeadline<T>(work: Promise<T>, { until, query, now }: { until: number; query: Query; now: () => number }) {
  // Promise.race would take three promises more for each request.
  return new Promise<T>((resolve, reject) => {
    const late = () => {
      const message = `${catalogue.UPSTREAM_TIMEOUT.text} (deadline of the whole request)`;
      reject(new KapokError('UPSTREAM_TIMEOUT', { message, subject: query.text }));
    };
    const timer = setTimeout(late, Math.max(0, until - now()));
    const inTime = (value: T) => {
      clearTimeout(timer);
      resolve(value);
    };
    const failed = (error: unknown) => {
      clearTimeout(timer);
      reject(error);
    };
    work.then(inTime, failed);
  });
}
