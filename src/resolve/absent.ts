import type { Prefix } from '../identifier/prefix.ts';
import { ABSENT_TTL } from './lifetimes.ts';
import type { Absent, Query, Source } from './outcome.ts';

/** There is no such identifier at this node; `matched` is the longest prefix it has at or above that of the identifier. */
export function absentHere(
  { prefix }: Query,
  { matched, node, source }: { matched: Prefix; node: string; source: Source },
): Absent {
  const reason = matched === prefix ? 'suffix-not-registered' : 'prefix-not-allotted';
  return { kind: 'absent', reason, prefix, ttl: ABSENT_TTL, source, path: [node], own: true };
}
