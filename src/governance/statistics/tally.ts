import { Sketch } from './sketch.ts';

/** How a resolution ended; `failed`: it could not be found out. */
export const OUTCOMES = ['found', 'referral', 'absent', 'withdrawn', 'failed'] as const;
export type CountedOutcome = (typeof OUTCOMES)[number];

/** Networks that a process remembers of each prefix between two flushes. */
export const SOURCES = 32;

/** How long something took, in microseconds; moments in milliseconds of the epoch. */
export class Latency {
  timed = 0;
  sum = 0;
  max = -1;
  maxAt = 0;
  min = Number.POSITIVE_INFINITY;
  minAt = 0;

  /** `weight`: how many this one stands for. */
  add(micros: number, at: number, weight: number): void {
    this.timed += weight;
    this.sum += micros * weight;
    this.#extremes(micros, at, micros, at);
  }

  merge({ timed, sum, max, maxAt, min, minAt }: Latency): void {
    if (timed === 0) return;
    this.timed += timed;
    this.sum += sum;
    this.#extremes(max, maxAt, min, minAt);
  }

  #extremes(max: number, maxAt: number, min: number, minAt: number): void {
    if (max > this.max) {
      this.max = max;
      this.maxAt = maxAt;
    }
    if (min < this.min) {
      this.min = min;
      this.minAt = minAt;
    }
  }
}

/** What happened at one prefix since the last flush: plain numbers, because the hot path adds to them. */
export class Tally {
  found = 0;
  referral = 0;
  absent = 0;
  withdrawn = 0;
  failed = 0;
  readonly resolving = new Latency();
  readonly registering = new Latency();
  readonly sources = new Sketch(SOURCES);

  merge(other: Tally): void {
    for (const outcome of OUTCOMES) this[outcome] += other[outcome];
    this.resolving.merge(other.resolving);
    this.registering.merge(other.registering);
    this.sources.merge(other.sources.heavy, SOURCES);
  }
}
