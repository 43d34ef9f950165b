import type { Outcome, Source } from './outcome.ts';

/** One step of a resolution, as `explain=true` shows it. */
export interface Hop {
  /** The node that took the step: its prefix, or its URL when it is known by nothing else. */
  readonly node: string;
  /** The prefix that was matched there; null: none. */
  readonly prefix: string | null;
  readonly outcome: Outcome['kind'] | 'failed';
  readonly source: Source | null;
  /** Seconds the outcome may still be kept. */
  readonly ttl: number | null;
  readonly stale?: number;
  readonly milliseconds: number;
  readonly note?: string;
}

/** Collects the hops of one resolution. */
export class Trace {
  readonly hops: Hop[] = [];

  add(hop: Hop): void {
    this.hops.push({ ...hop, milliseconds: Math.round(hop.milliseconds * 1000) / 1000 });
  }
}
