import type { Database, Queryable } from '../../../database/database.ts';
import type { Prefix } from '../../../identifier/prefix.ts';
import type { Site } from '../../../record/site.ts';
import { CHINA, chinaDayOf } from '../../statistics/china-day.ts';
import { digestedReport } from './report-entry.ts';
import { lockReports, storeReports } from './report-table.ts';

/** Reports a transaction. */
const BATCH = 500;
/** A day is told until the next one is over: hours that were stored late are in by then. */
const LATE = 24 * 3_600_000;

export interface OwnReportsOptions {
  readonly own: Prefix;
  readonly site: Site;
  readonly delegates: boolean;
  readonly now: number;
}

// What lies below and is answered by another node, that node tells of: its statistics are not ours.
const CHANGED = {
  name: 'report_changed',
  text: `with days as (
      select h.prefix, to_char(h.hour at time zone '${CHINA}', 'YYYY-MM-DD') as day, sum(h.registered) as registered,
        sum(h.allotted) as allotted, sum(h.found + h.referral) as succeeded,
        sum(h.found + h.referral + h.absent + h.withdrawn + h.failed) as requests
      from statistics_hourly h where h.hour >= $4::date::timestamp at time zone '${CHINA}' group by 1, 2
    ), now as (
      select 'T2' as kind, $1::text as prefix, '' as key, $2::jsonb as data
      union all
      select 'T3', $1, day, jsonb_build_object('registered', sum(allotted) filter (where prefix = $1), 'requests', sum(requests),
        'succeeded', sum(succeeded)) from days where $3 group by day
      union all
      select 'T8', d.prefix, d.day, jsonb_build_object('registered', registered, 'requests', requests, 'succeeded', succeeded)
      from days d join prefixes p using (prefix)
      where p.site is null and (d.prefix = $1 and not $3 or d.prefix >= $1 || '.' and d.prefix < $1 || '/')
      union all
      select 'T7', prefix, '', jsonb_build_object('status', status, 'site', site, 'label', label)
      from prefixes where prefix >= $1 || '.' and prefix < $1 || '/'
      union all
      select 'T6', a.prefix, '', jsonb_build_object('name', o.name, 'state', o.state)
      from allotments a join organisations o on o.id = a.organisation
      where o.verified_at is not null and a.state in ('allotted', 'suspended')
      union all
      select 'T11', prefix, name || ' ' || version, jsonb_build_object('template', template) from templates
    )
    select n.kind, n.prefix, n.key, coalesce(r.version, 0) + 1 as version, n.data from now n
    left join reports r on r.prefix = n.prefix and r.kind = n.kind and r.key = n.key
    where r.prefix is null or r.source = '' and r.data <> n.data
    limit ${BATCH}`,
};

type ChangedRow = Record<string, unknown> & {
  readonly kind: string;
  readonly prefix: Prefix;
  readonly key: string;
  readonly version: number;
  readonly data: unknown;
};

/** Brings what this node tells of itself into the stream, as far as it has changed. Processes of a node may do so together. */
export async function reportOwn(database: Database, options: OwnReportsOptions): Promise<void> {
  while ((await database.transaction((tx) => reportSome(tx, options))) === BATCH);
}

async function reportSome(tx: Queryable, { own, site, delegates, now }: OwnReportsOptions): Promise<number> {
  // Before it is looked what has changed: another process may have told of it.
  await lockReports(tx);
  const values = [own, JSON.stringify({ site }), delegates, chinaDayOf(now - LATE)];
  const rows = await tx.query<ChangedRow>(CHANGED, values);
  await storeReports(tx, '', rows.map(digestedReport));
  return rows.length;
}
