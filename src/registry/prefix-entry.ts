import type { SuffixCase } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Site } from '../record/site.ts';

export type PrefixStatus = 'active' | 'suspended' | 'revoked';

/** What a node knows of a prefix it is responsible for: hosted here, or delegated to a site. */
export interface PrefixEntry {
  readonly prefix: Prefix;
  readonly status: PrefixStatus;
  /** Where its identifiers are answered; null: here. */
  readonly site: Site | null;
  /** Seconds a referral may be kept. */
  readonly ttl: number;
  readonly suffixCase: SuffixCase;
  /** A name for people. */
  readonly label: string;
  readonly version: number;
  /** ISO 8601, UTC, whole seconds. */
  readonly updatedAt: string;
}

export const DEFAULT_DELEGATION_TTL = 3_600;
