import type { Cacheable } from '../cache/memory-cache.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Absent, Found, Outcome, Withdrawn } from './outcome.ts';

/** What may be cached under an identifier; referrals are kept under their prefix instead. */
export type Answer = Found | Absent | Withdrawn;

export class CachedOutcome implements Cacheable {
  readonly prefix: Prefix;
  readonly version: number;
  readonly answer: Answer;

  constructor(prefix: Prefix, answer: Answer) {
    this.prefix = prefix;
    this.version = versionOf(answer);
    this.answer = answer;
  }

  get own(): boolean {
    return this.answer.own;
  }

  get negative(): boolean {
    return this.answer.kind === 'absent';
  }

  get bytes(): number {
    return this.answer.kind === 'found' ? this.answer.record.bytes : 0;
  }
}

/** The version that caches compare: 0 for what has none. */
export function versionOf(outcome: Outcome): number {
  if (outcome.kind === 'found') return outcome.record.version;
  return outcome.kind === 'withdrawn' ? outcome.version : 0;
}
