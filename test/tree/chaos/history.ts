/** Which of the two nodes: the one that answers for the records, or the one that follows its changes and keeps its answers. */
export type Place = 'owner' | 'follower';

/** A stretch of time, in milliseconds of one clock that never goes back. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** One write: from the moment it was sent to the moment its end was known. */
export interface Write extends Span {
  readonly identifier: string;
  /** The number that it wrote; no other write of the history has it. */
  readonly value: number;
  /** `refused`: the node said that it changed nothing. `unknown`: whether it was committed was not told. */
  readonly end: { readonly kind: 'acknowledged'; readonly version: number } | { readonly kind: 'refused' | 'unknown' };
}

/** What a read brought. `stale`: the seconds by which its answer has outlived its time, as the node says; null: it says nothing. */
export type Seen =
  | { readonly kind: 'record'; readonly value: number; readonly version: number; readonly stale: number | null }
  /** No answer, and said so: 502, 503, 504, or a connection that broke. */
  | { readonly kind: 'failure'; readonly why: string }
  /** An answer that cannot be true, such as 404. */
  | { readonly kind: 'wrong'; readonly why: string };

/** One read: from before its first byte left to after its last one came. */
export interface Read extends Span {
  readonly place: Place;
  readonly identifier: string;
  readonly seen: Seen;
}

/** Something that was broken, until the nodes themselves said that it is whole again. */
export interface Fault extends Span {
  readonly name: string;
  /** What cannot hear of changes meanwhile, and so is allowed the longer bound. */
  readonly deafens: readonly Place[];
  /** What may fail meanwhile, or say that its answer is stale. */
  readonly excuses: readonly Place[];
}

export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly faults: readonly Fault[];
  /** When the machine, not the program, kept somebody waiting. */
  readonly standstills: readonly Span[];
}
