import type { Facts, Span } from './span.ts';

/** Where a followed request comes from: what its caller said, or nothing. */
export interface Origin {
  readonly context: object;
}

/** What became of spans; plain numbers, which Prometheus reads. */
export interface SpanCounts {
  readonly exported: number;
  /** Too many waited to be sent. */
  readonly dropped: number;
  /** The collector did not take them. */
  readonly failed: number;
}

/** Follows requests, and sends what it has seen to a collector. */
export interface Traces {
  readonly counts: SpanCounts;
  /** Whether a request is followed: as its `traceparent` says, or by chance when it says nothing. Null: it is not. */
  choose(rawHeaders: readonly string[]): Origin | null;
  begin(origin: Origin, name: string, facts: Facts): Span;
  /** What tells another node not to follow a call: who lets a resolution into the tree has decided for the whole way. */
  unfollowed(): Readonly<Record<string, string>>;
  /** Sends what waits, for a moment at most. */
  close(): Promise<void>;
}
