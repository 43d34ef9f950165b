import type { Site } from '../record/site.ts';
import type { Value } from '../record/value.ts';
import type { PrefixEntry } from '../registry/prefix-entry.ts';
import type { Answer } from './cached-outcome.ts';
import { ABSENT_TTL } from './lifetimes.ts';
import type { Query, Referral } from './outcome.ts';
import { PublicRecord } from './public-record.ts';

/** The HS_SITE value of a site, as prefix records and referrals carry it. */
export function siteValue(site: Site, { ttl, timestamp }: { ttl: number; timestamp: string }): Value {
  return { index: 1, type: 'HS_SITE', data: { format: 'site', value: site }, ttl, timestamp };
}

/**
 * `0.NA/88.106` is the record of the prefix 88.106: the HS_SITE that answers for it (RFC 3651 §3).
 * `entry` is the longest known prefix at or above it; a hosted one that is not the same has no child of that name.
 */
export function prefixRecord(query: Query, entry: PrefixEntry, options: { node: string; ownSite: Site }): Answer {
  const { node, ownSite } = options;
  const known = { source: 'prefixes', path: [node], own: true } as const;
  if (entry.prefix !== query.place) {
    return { kind: 'absent', reason: 'prefix-not-allotted', prefix: query.place, ttl: ABSENT_TTL, ...known };
  }
  const { ttl, version, updatedAt: timestamp } = entry;
  const json = JSON.stringify([siteValue(entry.site ?? ownSite, { ttl, timestamp })]);
  return { kind: 'found', record: new PublicRecord({ handle: query.text, version, json }), ttl, ...known };
}

export function referralValues({ site, ttl }: Referral, now: Date): Value[] {
  return [siteValue(site, { ttl, timestamp: `${now.toISOString().slice(0, 19)}Z` })];
}
