import type { Moment } from '../load.ts';

/** Milliseconds of a moment. */
const MOMENT = 100;

type Counts = { -readonly [key in keyof Omit<Moment, 'at'>]: number };

/** What became of requests, by when they were to be sent. */
export class Timeline {
  readonly #moments: Counts[] = [];

  /** `at` in milliseconds from the first request, `took` in milliseconds. */
  note(at: number, { took, kind }: { took: number; kind: 'fresh' | 'stale' | 'failed' }): void {
    const place = Math.max(0, Math.floor(at / MOMENT));
    while (this.#moments.length <= place) this.#moments.push({ fresh: 0, stale: 0, failed: 0, slowest: 0 });
    const moment = this.#moments[place] as Counts;
    moment[kind]++;
    moment.slowest = Math.max(moment.slowest, took);
  }

  moments(): Moment[] {
    return this.#moments.map((moment, i) => ({ at: (i * MOMENT) / 1000, ...moment }));
  }
}
