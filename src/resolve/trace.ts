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

export interface CacheLookup {
  readonly prefix: string;
  readonly milliseconds: number;
  readonly note?: string;
}

/** Collects the hops of one resolution. */
export class Trace {
  readonly hops: Hop[] = [];

  /** An answer from a cache: the look-up here, and the way that the answer came when it was cached. */
  addCached({ kind, source, ttl, stale, path }: Outcome, { prefix, milliseconds, note }: CacheLookup): void {
    const [here = '', ...beyond] = path;
    const staleness = stale === undefined ? {} : { stale };
    this.add({
      node: here,
      prefix,
      outcome: kind,
      source,
      ttl,
      ...staleness,
      milliseconds,
      ...(note === undefined ? {} : { note }),
    });
    beyond.forEach((node, i) => {
      const outcome = i === beyond.length - 1 ? kind : 'referral';
      this.add({
        node,
        prefix: null,
        outcome,
        source,
        ttl: null,
        milliseconds: 0,
        note: 'asked when the answer was cached',
      });
    });
  }

  add(hop: Hop): void {
    const ttl = hop.ttl === null ? null : Math.ceil(hop.ttl);
    this.hops.push({ ...hop, ttl, milliseconds: Math.round(hop.milliseconds * 1000) / 1000 });
  }
}
