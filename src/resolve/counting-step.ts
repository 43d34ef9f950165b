import type { Entry } from '../cache/memory-cache.ts';
import { type Counts, NO_PREFIX } from '../governance/statistics/counts.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { CachedOutcome } from './cached-outcome.ts';
import type { Context } from './context.ts';
import type { MemoryStep } from './memory-step.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

/** One in so many answers from memory is timed, and stands for all of them: the clock costs more than the count. */
const SAMPLE = 1024;
/** The network of what this node asks of itself. */
const ITSELF = 'node';

export interface CountingStepOptions {
  readonly next: MemoryStep;
  readonly counts: Counts;
  readonly prefixes: PrefixTable;
  readonly now: () => number;
}

/** Counts every resolution, by prefix and outcome. What the express lane answers counts there, for it takes no step at all. */
export class CountingStep implements Resolver {
  readonly #options: CountingStepOptions;
  #fromMemory = 0;

  constructor(options: CountingStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const begun = performance.now();
    const outcome = this.#options.next.resolve(query, context);
    if (outcome instanceof Promise) return this.#follow(outcome, { query, context, begun });
    const tally = this.#count(query, context, outcome);
    if (++this.#fromMemory % SAMPLE === 0) {
      tally.resolving.add((performance.now() - begun) * 1000, this.#options.now(), SAMPLE);
    }
    return outcome;
  }

  isFresh(entry: Entry<CachedOutcome>, now: number): boolean {
    return this.#options.next.isFresh(entry, now);
  }

  async #follow(work: Promise<Outcome>, { query, context, begun }: Counting): Promise<Outcome> {
    let outcome: Outcome | null = null;
    try {
      outcome = await work;
      return outcome;
    } finally {
      const tally = this.#count(query, context, outcome);
      tally.resolving.add((performance.now() - begun) * 1000, this.#options.now(), 1);
    }
  }

  #count(query: Query, { source = ITSELF }: Context, outcome: Outcome | null) {
    const { counts, now } = this.#options;
    return counts.resolved(this.#prefixOf(query, outcome), outcome?.kind ?? 'failed', { at: now(), source });
  }

  /** A prefix that exists: names that were made up must not fill the statistics. */
  #prefixOf(query: Query, outcome: Outcome | null): string {
    if (outcome?.kind === 'found') return query.prefix;
    if (outcome !== null && !(outcome.kind === 'absent' && outcome.reason === 'prefix-not-allotted'))
      return outcome.prefix;
    return this.#options.prefixes.match(query.prefix)?.prefix ?? NO_PREFIX;
  }
}

interface Counting {
  readonly query: Query;
  readonly context: Context;
  readonly begun: number;
}
