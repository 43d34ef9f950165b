import type { Span } from '../telemetry/traces/span.ts';
import type { Trace } from './trace.ts';

/** What travels with one resolution. */
export interface Context {
  /** Milliseconds of the epoch by which the caller must have an answer. */
  readonly deadline: number;
  readonly trace: Trace | null;
  /** What the resolution is part of, when its request is followed. */
  readonly span?: Span;
  /** To be asked for anew at its source, and kept: what a shared cache holds is about to end. */
  readonly anew?: boolean;
  /** It is one of many that a single request asks for. */
  readonly inBatch?: boolean;
  /** The network that asks, as statistics name it; absent: this node itself. */
  readonly source?: string;
}
