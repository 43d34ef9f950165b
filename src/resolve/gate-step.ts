import { KapokError } from '../errors/kapok-error.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Context } from './context.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface GateStepOptions {
  readonly prefixes: Pick<PrefixTable, 'match'>;
  /** Resolutions that may be under way at once. */
  readonly most: number;
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
  #underWay = 0;

  constructor(options: GateStepOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const { prefixes, most, next, count } = this.#options;
    const place = prefixes.match(query.place)?.prefix ?? '';
    const held = this.#held.get(place) ?? 0;
    if (held >= most - this.#underWay) {
      count('shed');
      throw new KapokError('OVERLOADED', { subject: query.text });
    }
    const outcome = next.resolve(query, context);
    if (outcome instanceof Promise) this.#hold(place, outcome);
    return outcome;
  }

  #hold(place: string, work: Promise<Outcome>): void {
    this.#held.set(place, (this.#held.get(place) ?? 0) + 1);
    this.#underWay++;
    const leave = () => {
      this.#underWay--;
      const left = (this.#held.get(place) as number) - 1;
      if (left === 0) this.#held.delete(place);
      else this.#held.set(place, left);
    };
    work.then(leave, leave);
  }
}
