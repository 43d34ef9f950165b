import { KapokError } from '../errors/kapok-error.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Context } from './context.ts';
import type { MissLimit } from './miss-limit.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface GateStepOptions {
  readonly prefixes: Pick<PrefixTable, 'match'>;
  readonly limit: MissLimit;
  readonly next: Resolver;
  readonly count: (event: 'shed') => void;
}

/**
 * Bounds what is under way behind the caches. A prefix may hold no more than what is left free, so that one whose answers are
 * slow, or that is flooded, takes half at most and leaves room for all others (Choudhury and Hahne, "Dynamic queue length
 * thresholds for shared-memory packet switches", IEEE/ACM ToN 1998). What finds no room fails at once with OVERLOADED.
 */
export class GateStep implements Resolver {
  readonly #options: GateStepOptions;
  /** By the prefix that this node knows: names that were made up share one. */
  readonly #held = new Map<string, number>();

  constructor(options: GateStepOptions) {
    this.#options = options;
  }

  /** Why this one finds no room; null: it may come. */
  refusal(query: Query): KapokError | null {
    const { limit, count } = this.#options;
    const free = limit.most - limit.underWay;
    // No prefix holds more than what all hold.
    if (limit.underWay < free || (this.#held.get(this.#placeOf(query)) ?? 0) < free) return null;
    count('shed');
    return refused(query);
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const refusal = this.refusal(query);
    if (refusal !== null) throw refusal;
    const outcome = this.#options.next.resolve(query, context);
    if (outcome instanceof Promise) this.#hold(this.#placeOf(query), outcome);
    return outcome;
  }

  #placeOf({ place }: Query): string {
    return this.#options.prefixes.match(place)?.prefix ?? '';
  }

  #hold(place: string, work: Promise<Outcome>): void {
    const { limit } = this.#options;
    this.#held.set(place, (this.#held.get(place) ?? 0) + 1);
    limit.enter();
    const leave = () => {
      limit.leave();
      const left = (this.#held.get(place) as number) - 1;
      if (left === 0) this.#held.delete(place);
      else this.#held.set(place, left);
    };
    work.then(leave, leave);
  }
}

/** Without its stack, which says nothing here and costs ten times the rest: refusing must be cheap, or it does not help. */
function refused({ text: subject }: Query): KapokError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new KapokError('OVERLOADED', { subject });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
