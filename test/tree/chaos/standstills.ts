import type { Span } from './history.ts';

/** When the machine stood still, of which spans may overlap: how much of a stretch of time that was. */
export class Standstills {
  readonly #spans: readonly Span[];
  /** The time of all spans before each. */
  readonly #before: readonly number[];

  constructor(spans: readonly Span[]) {
    const merged: { from: number; until: number }[] = [];
    for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
      const last = merged.at(-1);
      if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
      else merged.push({ from, until });
    }
    let sum = 0;
    this.#spans = merged;
    this.#before = merged.map(({ from, until }) => {
      const before = sum;
      sum += until - from;
      return before;
    });
  }

  /** Milliseconds of it. */
  within({ from, until }: Span): number {
    return this.#upTo(until) - this.#upTo(from);
  }

  /** Milliseconds before a moment. */
  #upTo(at: number): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle] as Span).from < at) low = middle + 1;
      else high = middle;
    }
    const span = this.#spans[low - 1];
    return span === undefined ? 0 : (this.#before[low - 1] as number) + Math.min(at, span.until) - span.from;
  }
}
