import type { Limit } from './fair-room.ts';
import type { sampleTurns } from './turn-sampler.ts';

/** So many may always be under way, a database or a node kept busy by them (`npm run bench`, "overload"). */
const LEAST = 128;
/** How long a turn of the event loop may take, in milliseconds, with more than that under way. */
const TARGET = 5;
/** So many turns in a row that took longer are no pause, but a process with more work than time. */
const LONG_TURNS = 3;
const LESS = 0.8;
const MORE = 1.05;

export interface MissLimitOptions {
  readonly max: number;
  readonly sample: typeof sampleTurns;
}

/**
 * How many resolutions, each of a request of its own, may be under way behind the caches. The limit is `max` as long as the process keeps up, for what is slow
 * elsewhere costs it nothing but memory. One that does not keep up makes all wait: its limit shrinks by a fifth at a time while
 * turns of the event loop are long, and grows again by a twentieth when they are short (additive-increase rules such as RFC
 * 5681's would take minutes to come back from 128 to thousands). Turns are measured only while there is much under way.
 */
export class MissLimit implements Limit {
  readonly #max: number;
  readonly #least: number;
  readonly #sample: typeof sampleTurns;
  #stop: (() => void) | null = null;
  #most: number;
  #underWay = 0;
  #longTurns = 0;

  constructor({ max, sample }: MissLimitOptions) {
    this.#max = max;
    this.#least = Math.min(LEAST, max);
    this.#most = max;
    this.#sample = sample;
  }

  get most(): number {
    return this.#most;
  }

  get underWay(): number {
    return this.#underWay;
  }

  enter(): void {
    if (++this.#underWay > this.#least / 2 && this.#stop === null)
      this.#stop = this.#sample((took) => this.#turned(took));
  }

  leave(): void {
    this.#underWay--;
  }

  #turned(milliseconds: number): void {
    if (milliseconds > TARGET) {
      // What was refused is not under way, and one prefix alone holds half of what is allowed (FairRoom).
      if (++this.#longTurns >= LONG_TURNS)
        this.#most = Math.max(this.#least, Math.floor(Math.min(this.#most, 2 * this.#underWay) * LESS));
      return;
    }
    this.#longTurns = 0;
    this.#most = Math.min(this.#max, Math.ceil(this.#most * MORE));
    if (this.#most < this.#max || this.#underWay > this.#least / 2) return;
    this.#stop?.();
    this.#stop = null;
  }
}
