import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Site } from '../record/site.ts';
import type { PublicRecord } from './public-record.ts';
import type { Hold } from './remote/hold.ts';

/** Where an answer came from. */
export type Source = 'memory' | 'filter' | 'redis' | 'store' | 'computed' | 'prefixes' | 'remote';

/** Why there is no such identifier. */
export type AbsenceReason =
  /** Its prefix exists, the suffix was never registered. */
  | 'suffix-not-registered'
  /** No prefix of this name was allotted by the node that answers for its parent. */
  | 'prefix-not-allotted';

/** What each kind of outcome has in common: how long it may be kept, in seconds (fractions count), and where it came from. */
interface Known {
  readonly ttl: number;
  readonly source: Source;
  /** The nodes on the way to the answer, this one first; the last one gave it. */
  readonly path: readonly string[];
  /** Said by this node itself, not by one it asked. */
  readonly own: boolean;
  /** Seconds since the answer should have been asked anew; present when the upstream cannot be reached. */
  readonly stale?: number;
  /** Of an answer of other nodes: without it, nothing tells when it changes. */
  readonly hold?: Hold;
}

export interface Found extends Known {
  readonly kind: 'found';
  readonly record: PublicRecord;
}

/** Someone else's: ask that site. */
export interface Referral extends Known {
  readonly kind: 'referral';
  readonly prefix: Prefix;
  readonly site: Site;
}

/** Known not to exist: an answer, and cacheable. A failure to find out is an exception instead. */
export interface Absent extends Known {
  readonly kind: 'absent';
  readonly reason: AbsenceReason;
  /** The prefix that the reason is about. */
  readonly prefix: Prefix;
}

/** Exists, and is not to be used. */
export interface Withdrawn extends Known {
  readonly kind: 'withdrawn';
  readonly reason: 'tombstone' | 'suspended' | 'revoked';
  /** The suspended or revoked prefix, or that of the tombstone. */
  readonly prefix: Prefix;
  readonly version: number;
  readonly successor: string | null;
}

export type Outcome = Found | Referral | Absent | Withdrawn;

/** An identifier, ready to be looked up: its key is folded as its prefix says. */
export interface Query {
  readonly text: string;
  readonly prefix: Prefix;
  /** The prefix that decides who answers: `prefix`, or for the prefix record `0.NA/88.106` that prefix itself. */
  readonly place: Prefix;
  readonly suffixKey: string;
  readonly key: IdentifierKey;
  /** Ask the responsible node, not a cache. */
  readonly authoritative: boolean;
  /** Follow referrals rather than answer with them. */
  readonly recursive: boolean;
}
