import type { Bench } from './bench.ts';
import type { Latency } from './latency.ts';
import type { Moment } from './load.ts';
import type { OfBare } from './target.ts';

/** One thing that the bench measures: a file in profiles/. */
export interface Profile {
  readonly name: string;
  /** For --list: what is asked of whom. */
  readonly about: string;
  readonly ofBare?: OfBare;
  /** Starts what it needs. Throws NotMeasured when this machine cannot. */
  prepare(bench: Bench): Promise<Prepared>;
}

export interface Prepared {
  /** What a rate counts: `requests`, `identifiers`, `rows`. */
  readonly unit: string;
  /** Whether the answers are right: before the first round, and again after the last. Throws what is wrong. */
  check(): Promise<void>;
  /** A round before the first would warm nobody: each has a node of its own, or the nodes are warm already. */
  readonly isWarm?: boolean;
  measure(seconds: number): Promise<Measurement>;
}

/** One round of one profile. */
export interface Measurement {
  /** Units a second. */
  readonly rate: number;
  readonly latency: Latency | null;
  /** Units a CPU second of all processes that serve; null where it cannot be read. */
  readonly perCpuSecond: number | null;
  /** CPU seconds a second that they took, and that the generator took: at 1, a single thread is full. */
  readonly serverCpu: number | null;
  readonly generatorCpu: number | null;
  /** What programs that are not ours took meanwhile: none, or the round was disturbed. */
  readonly othersCpu: number | null;
  /** Bytes of memory of all processes that serve, at the end of the round; null where it cannot be read. */
  readonly resident?: number | null;
  /** The rate that this one is compared with; absent: that of the bare server. */
  readonly comparedRate?: number;
  /** The rate was chosen, or is what one caller can ask: it is compared with nothing. */
  readonly chosenRate?: boolean;
  /** Ratios within the round to something else, and what else has to be something. */
  readonly comparisons?: readonly Comparison[];
  /** The share of requests that went the way which the profile is about. */
  readonly proof?: number;
  /** What happened when. */
  readonly timeline?: Timeline;
  /** What the table has no column for. */
  readonly notes?: readonly string[];
  /** Why the round does not count. */
  readonly failures: readonly string[];
}

export interface Timeline {
  readonly moments: readonly Moment[];
  /** What was done to the servers, in seconds from the first request. */
  readonly marks: readonly { readonly at: number; readonly what: string }[];
}

/** A ratio of two things that were measured in one round, or another number, and what it has to be. */
export interface Comparison {
  /** "identifiers/s to single requests" */
  readonly name: string;
  readonly value: number | null;
  readonly least?: number;
  readonly most?: number;
}

/** A profile that this machine has not the means for. */
export class NotMeasured extends Error {}
