import { type Counted, NO_PREFIX } from './counts.ts';
import { OUTCOMES, type Tally } from './tally.ts';

/** How often a prefix was resolved, by outcome. */
export type PrefixLoad = { readonly prefix: string } & Ends;

type Ends = Record<(typeof OUTCOMES)[number], number>;

const MINUTE = 60_000;
/** Prefixes that are shown; several processes of a node put theirs together before the first of all are taken. */
const SHOWN = 200;
/** Prefixes that are counted at once. Beyond twice as many the lighter half is forgotten, so that made-up names take no memory. */
const MAX_COUNTED = 10_000;

/** The prefixes that were resolved most in the last minute that is over: made of what statistics take every ten seconds. */
export class TopPrefixes {
  #counting = new Map<string, Ends>();
  #shown: readonly PrefixLoad[] = [];
  #begun: number;

  constructor(now: number) {
    this.#begun = now;
  }

  /** Resolutions a minute, the heaviest prefix first. */
  get heaviest(): readonly PrefixLoad[] {
    return this.#shown;
  }

  add(counted: Counted, now: number): void {
    this.#sum(counted, 1);
    const passed = now - this.#begun;
    if (passed < MINUTE) return;
    this.#shown = this.#sorted(SHOWN).map(([prefix, ends]) => ({ prefix, ...scaled(ends, MINUTE / passed) }));
    this.#counting = new Map();
    this.#begun = now;
  }

  /** What could not be stored is taken, and so added, once more. */
  takeBack(counted: Counted): void {
    this.#sum(counted, -1);
  }

  #sum({ windows }: Counted, sign: 1 | -1): void {
    for (const { tallies } of windows) {
      for (const [prefix, tally] of tallies) if (prefix !== NO_PREFIX) this.#addTally(prefix, tally, sign);
    }
    if (this.#counting.size > 2 * MAX_COUNTED) this.#counting = new Map(this.#sorted(MAX_COUNTED));
  }

  #addTally(prefix: string, tally: Tally, sign: 1 | -1): void {
    const ends = this.#counting.get(prefix) ?? { found: 0, referral: 0, absent: 0, withdrawn: 0, failed: 0 };
    for (const outcome of OUTCOMES) ends[outcome] += sign * tally[outcome];
    this.#counting.set(prefix, ends);
  }

  #sorted(most: number): [string, Ends][] {
    const all = [...this.#counting].filter(([, ends]) => sumOf(ends) > 0);
    return all.sort(([, a], [, b]) => sumOf(b) - sumOf(a)).slice(0, most);
  }
}

export function sumOf(ends: Ends): number {
  return OUTCOMES.reduce((sum, outcome) => sum + ends[outcome], 0);
}

function scaled(ends: Ends, factor: number): Ends {
  const of = (outcome: keyof Ends) => Math.max(0, ends[outcome]) * factor;
  return {
    found: of('found'),
    referral: of('referral'),
    absent: of('absent'),
    withdrawn: of('withdrawn'),
    failed: of('failed'),
  };
}
