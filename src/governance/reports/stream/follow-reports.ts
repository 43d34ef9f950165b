import { statusOf } from '../../../access/node-caller.ts';
import type { Database, Queryable } from '../../../database/database.ts';
import type { Prefix } from '../../../identifier/prefix.ts';
import { httpServersOf, type Site } from '../../../record/site.ts';
import { BUCKETS } from '../../../search/digest.ts';
import { isTheirs, readBelow } from '../../../search/mirror/mirror-state.ts';
import { PeerClient, type PeerClientOptions } from '../../../search/mirror/peer-client.ts';
import { type DigestedReport, digestedReport, findReport } from './report-entry.ts';
import { readHeldReports, storeReports } from './report-table.ts';
import { assertStreamDigests, assertStreamPage } from './stream-shape.ts';

export interface FollowReportsOptions extends PeerClientOptions {
  readonly database: Database;
  readonly signal: AbortSignal;
}

/** Pages at a time: a node that never ends must not keep the others waiting. */
const MAX_PAGES = 1_000;

// Another delegation begins anew: its numbers mean something else.
const TAKE = {
  name: 'report_take',
  text: `insert into report_followed as f (prefix, site)
    select prefix, md5(site::text) from prefixes where prefix = $1 and status = 'active' and site is not null
    on conflict (prefix) do update set site = excluded.site,
      stream = case when f.site = excluded.site then f.stream end, cursor = case when f.site = excluded.site then f.cursor else 0 end
    returning stream, cursor, (select site from prefixes where prefix = $1) as site`,
};
// The delegation still stands until the commit, and nobody has gone on meanwhile.
const LOCK = {
  name: 'report_lock_followed',
  text: `select p.prefix from prefixes p join report_followed f using (prefix)
    where p.prefix = $1 and p.status = 'active' and md5(p.site::text) = f.site and f.cursor = $2 for update of f for share of p`,
};
const MOVE = {
  name: 'report_move_followed',
  text: 'update report_followed set stream = $2, cursor = $3 where prefix = $1',
};
const CLEAR = {
  name: 'report_clear_bucket',
  text: 'delete from reports where source = $1 and bucket = $2 and not (seq = any($3))',
};
const NAMES = {
  name: 'report_bucket_names',
  text: 'select prefix, kind, key, seq from reports where source = $1 and bucket = $2',
};

interface Place extends Record<string, unknown> {
  readonly stream: string | null;
  readonly cursor: number;
  readonly site: Site;
}

/**
 * Takes over what a node below reports: what has changed, by pages, then, by digests, whatever was lost or came out of turn.
 * Several processes may do so at once: a page goes in with its cursor, or not at all.
 */
export async function followReports(prefix: Prefix, options: FollowReportsOptions): Promise<void> {
  const { database } = options;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const [place] = await database.query<Place>(TAKE, [prefix]);
    const server = place === undefined ? undefined : httpServersOf(place.site)[0];
    if (place === undefined || server === undefined) return;
    const client = new PeerClient(options, server);
    if (await takePage(prefix, { ...options, client, place })) continue;
    return compare(prefix, { ...options, client, place });
  }
}

interface Following extends FollowReportsOptions {
  readonly client: PeerClient;
  readonly place: Place;
}

/** Whether there may be more. */
async function takePage(prefix: Prefix, { database, client, signal, place }: Following): Promise<boolean> {
  const { cursor, stream } = place;
  const known = stream === null ? '' : `&stream=${encodeURIComponent(stream)}`;
  const page = await client.get(`/api/v1/reports/stream?after=${cursor}${known}`, { signal }).catch((error) => {
    if (statusOf(error) === 410) return null;
    throw error;
  });
  // Another stream than before: from its beginning. What is held is compared afterwards.
  const gone = page === null;
  if (!gone) assertStreamPage(page, cursor);
  const next = gone ? 0 : page.next;
  if (!gone && next === cursor && page.stream === stream) return false;
  if (gone && cursor === 0 && stream === null) return false;
  await database.transaction(async (tx) => {
    if ((await tx.query(LOCK, [prefix, cursor])).length === 0) return;
    if (!gone) await storeReports(tx, prefix, await theirs(tx, prefix, page.entries));
    await tx.query(MOVE, [prefix, gone ? null : page.stream, next]);
  });
  return true;
}

/** What differs is put right: here alone a report may go back to an older version, or go. */
async function compare(prefix: Prefix, following: Following): Promise<void> {
  const { database, client, signal } = following;
  const told = await client.get(`/api/v1/reports/stream/digests?prefix=${encodeURIComponent(prefix)}`, { signal });
  assertStreamDigests(told);
  const held = await readHeldReports(database, prefix);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const [a, b] = [told.buckets[bucket], held[bucket]];
    if (a?.count === b?.count && a?.digest === b?.digest) continue;
    const entries = a === undefined ? [] : await readBucket(bucket, following);
    await database.transaction((tx) => repair(tx, { prefix, bucket, entries, cursor: following.place.cursor }));
  }
}

async function readBucket(bucket: number, { client, signal }: Following): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (let after = 0, pages = 0; pages < MAX_PAGES; pages++) {
    const page = await client.get(`/api/v1/reports/stream?after=${after}&bucket=${bucket}`, { signal });
    assertStreamPage(page, after);
    entries.push(...page.entries);
    if (page.next === after) return entries;
    after = page.next;
  }
  return entries;
}

interface Bucket {
  readonly prefix: Prefix;
  readonly bucket: number;
  readonly entries: readonly unknown[];
  readonly cursor: number;
}

async function repair(tx: Queryable, { prefix, bucket, entries, cursor }: Bucket): Promise<void> {
  if ((await tx.query(LOCK, [prefix, cursor])).length === 0) return;
  const reports = (await theirs(tx, prefix, entries)).filter((report) => report.bucket === bucket);
  const names = new Set(reports.map(nameOf));
  const rows = await tx.query<{ prefix: Prefix; kind: string; key: string; seq: number }>(NAMES, [prefix, bucket]);
  const kept = rows.filter((row) => names.has(nameOf(row))).map(({ seq }) => seq);
  await tx.query(CLEAR, [prefix, bucket, kept]);
  await storeReports(tx, prefix, reports, { anew: true });
}

/** The reports that are the node's to make: of its subtree, without what this node has allotted otherwise. */
async function theirs(tx: Queryable, source: Prefix, entries: readonly unknown[]): Promise<DigestedReport[]> {
  const below = await readBelow(tx, source);
  const reports = entries.map(findReport).filter((report) => report !== null);
  return reports.filter(({ prefix }) => isTheirs(prefix, source, below)).map(digestedReport);
}

function nameOf({ prefix, kind, key }: { prefix: string; kind: string; key: string }): string {
  return JSON.stringify([prefix, kind, key]);
}
