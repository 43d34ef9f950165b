import type { Trace } from './trace.ts';

/** What travels with one resolution. */
export interface Context {
  /** Milliseconds of the epoch by which the caller must have an answer. */
  readonly deadline: number;
  readonly trace: Trace | null;
  /** The network that asks, as statistics name it; absent: this node itself. */
  readonly source?: string;
}
