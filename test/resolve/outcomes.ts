import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { PrefixTable } from '../../src/registry/prefix-table.ts';
import type { Context } from '../../src/resolve/context.ts';
import type { Absent, Found, Query, Referral, Withdrawn } from '../../src/resolve/outcome.ts';
import { PublicRecord } from '../../src/resolve/public-record.ts';
import { createQuery, type QueryOptions } from '../../src/resolve/query.ts';
import { Trace } from '../../src/resolve/trace.ts';

const PREFIX = parsePrefix('88.101');
const own = { source: 'store', path: ['88.101'], own: true } as const;

export function foundOutcome(version: number, more: Partial<Found> = {}): Found {
  const json = `[{"index":1,"type":"NAME","data":{"format":"string","value":"v${version}"},"ttl":86400}]`;
  return { kind: 'found', record: new PublicRecord({ handle: '88.101/a', version, json }), ttl: 600, ...own, ...more };
}

export function absentOutcome(more: Partial<Absent> = {}): Absent {
  return { kind: 'absent', reason: 'suffix-not-registered', prefix: PREFIX, ttl: 60, ...own, ...more };
}

export function withdrawnOutcome(version: number, more: Partial<Withdrawn> = {}): Withdrawn {
  const known = { prefix: PREFIX, version, successor: null, ttl: 60, ...own };
  return { kind: 'withdrawn', reason: 'tombstone', ...known, ...more };
}

export function referralOutcome(more: Partial<Referral> = {}): Referral {
  return { kind: 'referral', prefix: PREFIX, site: siteOfUrl('http://127.0.0.1:9'), ttl: 60, ...own, ...more };
}

/** Seen from a node that hosts 88.101 and folds the case of its suffixes. */
export function queryOf(text: string, options: Partial<QueryOptions> = {}): Query {
  return createQuery(parseIdentifier(text), tableOf([{ prefix: PREFIX }]), {
    authoritative: false,
    recursive: true,
    ...options,
  });
}

export function contextOf({
  deadline = 60_000,
  traced = false,
}: {
  deadline?: number;
  traced?: boolean;
} = {}): Context {
  return { deadline: Date.now() + deadline, trace: traced ? new Trace() : null };
}

/** How a memory step asks for what is used shortly before its end, and no chance. */
export const plainRenewal = {
  absence: null,
  refusal: () => null,
  random: () => 0,
  renewal: (handle: string) => ({ query: queryOf(handle), context: contextOf() }),
};

interface TableRow {
  readonly prefix: Prefix | string;
  readonly url?: string;
  readonly status?: 'active' | 'suspended' | 'revoked';
  readonly suffixCase?: 'sensitive' | 'insensitive';
}

/** The prefixes of a node: delegated where there is a URL, hosted where there is none. */
export function tableOf(rows: readonly TableRow[]): PrefixTable {
  const table = new PrefixTable();
  for (const { prefix, url, status = 'active', suffixCase = 'insensitive' } of rows) {
    const site = url === undefined ? null : siteOfUrl(url);
    const settings = { status, suffixCase, ttl: 3_600, label: '', version: 1, updatedAt: '2026-01-01T00:00:00Z' };
    table.put({ prefix: parsePrefix(prefix), site, ...settings });
  }
  return table;
}
