import type { Entry } from '../cache/memory-cache.ts';
import { type Counts, NO_PREFIX } from '../governance/statistics/counts.ts';
import type { CountedOutcome, Tally } from '../governance/statistics/tally.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { AnswerCounts } from '../telemetry/stats.ts';
import type { CachedOutcome } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { layerOfFailure } from './layer-of-failure.ts';
import type { MemoryStep } from './memory-step.ts';
import type { Onlookers } from './onlookers.ts';
import type { Outcome, Query, Source } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

/** One in so many answers from memory is timed, and stands for all of them: the clock costs more than the count. */
const SAMPLE = 1024;
/** The network of what this node asks of itself. */
const ITSELF = 'node';

export interface CountingStepOptions {
  readonly next: Resolver;
  readonly memory: Pick<MemoryStep, 'serves'>;
  readonly counts: Counts;
  readonly answers: AnswerCounts;
  readonly onlookers: Onlookers;
  readonly prefixes: PrefixTable;
  readonly now: () => number;
}

/**
 * Counts every resolution, by prefix and outcome, and tells onlookers. What the express lane answers counts there, for it takes
 * no step at all.
 */
export class CountingStep implements Resolver {
  readonly #options: CountingStepOptions;
  #fromMemory = 0;

  constructor(options: CountingStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const begun = performance.now();
    const outcome = this.#begin({ query, context, begun });
    if (outcome instanceof Promise) {
      this.#follow(outcome, { query, context, begun });
      return outcome;
    }
    const took = performance.now() - begun;
    const tally = this.#count({ query, context, took }, endOf(outcome), this.#prefixOf(query, outcome));
    if (++this.#fromMemory % SAMPLE === 0) tally.resolving.add(took * 1000, this.#options.now(), SAMPLE);
    return outcome;
  }

  /** What fails at once counts, too. */
  #begin({ query, context, begun }: Counting): Awaitable<Outcome> {
    try {
      return this.#options.next.resolve(query, context);
    } catch (error) {
      this.#count(
        { query, context, took: performance.now() - begun },
        endOfFailure(error),
        this.#prefixOf(query, null),
      );
      throw error;
    }
  }

  serves(entry: Entry<CachedOutcome>, now: number): boolean {
    return this.#options.memory.serves(entry, now);
  }

  /** A record that was read past the steps, for one who may see its private values. */
  countRead(query: Query, context: Context): void {
    this.#count({ query, context, took: 0 }, { kind: 'found', layer: 'store' }, query.prefix);
  }

  /** Told before whoever waits for the outcome. */
  #follow(work: Promise<Outcome>, { query, context, begun }: Counting): void {
    const count = (end: End, outcome: Outcome | null) => {
      const took = performance.now() - begun;
      const tally = this.#count({ query, context, took }, end, this.#prefixOf(query, outcome));
      tally.resolving.add(took * 1000, this.#options.now(), 1);
    };
    work.then(
      (outcome) => count(endOf(outcome), outcome),
      (error) => count(endOfFailure(error), null),
    );
  }

  #count({ query, context, took }: Counted, { kind, layer }: End, prefix: string): Tally {
    const { counts, answers, onlookers, now } = this.#options;
    const { source = ITSELF } = context;
    answers[layer][kind]++;
    const at = now();
    const { text: identifier, prefix: asked } = query;
    onlookers.tell?.({ at, identifier, prefix: asked, outcome: kind, layer, milliseconds: took });
    return counts.resolved(prefix, kind, { at, source });
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

interface Counted extends Omit<Counting, 'begun'> {
  /** Milliseconds. */
  readonly took: number;
}

interface End {
  readonly kind: CountedOutcome;
  readonly layer: Source;
}

function endOf({ kind, source }: Outcome): End {
  return { kind, layer: source };
}

function endOfFailure(error: unknown): End {
  return { kind: 'failed', layer: layerOfFailure(error) };
}
