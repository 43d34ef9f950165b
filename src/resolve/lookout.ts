import { isUnder, type Prefix } from '../identifier/prefix.ts';
import type { Resolution } from './onlookers.ts';

/** What is looked for. */
export interface Sight {
  /** A subtree; "" is everything. */
  readonly prefix: Prefix | '';
  /** One in so many is told. */
  readonly sample: number;
}

/** What a lookout has seen. */
export interface Seen {
  /** How many there were to tell from its beginning on, those that it had no room for included. */
  readonly total: number;
  readonly resolutions: readonly Resolution[];
}

/** Resolutions that wait to be taken, four times a second: beyond that they are only counted. */
const MOST_HELD = 5_000;

/** Looks at the resolutions of a subtree, and holds them until they are taken. */
export class Lookout {
  readonly #sight: Sight;
  #held: Resolution[] = [];
  #matching = 0;
  #total = 0;

  constructor(sight: Sight) {
    this.#sight = sight;
  }

  /** An Onlooker. */
  readonly see = (resolution: Resolution): void => {
    const { prefix, sample } = this.#sight;
    if (prefix !== '' && !isUnder(resolution.prefix, prefix)) return;
    if (++this.#matching % sample !== 0) return;
    this.#total++;
    if (this.#held.length < MOST_HELD) this.#held.push(resolution);
  };

  take(): Seen {
    const resolutions = this.#held;
    this.#held = [];
    return { total: this.#total, resolutions };
  }
}
