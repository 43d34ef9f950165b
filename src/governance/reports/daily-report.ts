import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { chinaClock, dayAfter, startOfChinaDay } from '../statistics/china-day.ts';
import { momentsOf, readSum, type Span } from '../statistics/read-statistics.ts';
import type { Heavy } from '../statistics/sketch.ts';
import type { DAILY_TABLES, DailyTable, ReportRow } from './report-table.ts';

export type DailyRow<T extends DailyTable = DailyTable> = ReportRow<keyof (typeof DAILY_TABLES)[T]['columns'] & string>;

export interface DailyQuery {
  /** The node's own prefix. */
  readonly own: Prefix;
  /** A day in China, `2026-11-24`. */
  readonly day: string;
  /** Whether the node allots prefixes: T3 is about it, and T8 about those below it. Otherwise T8 is about the node itself. */
  readonly delegates: boolean;
}

/** Networks that a report names. */
const NAMED_SOURCES = 20;

// The plan: index scans of the primary keys, a page of prefixes at a time.
const PREFIX_DAYS = {
  name: 'report_prefix_days',
  text: `select p.prefix, d.registered, t.total, d.requests, d.succeeded, coalesce(s.sources, '[]') as sources
    from (
      select prefix from prefixes where (prefix = $1 and not $2 or prefix >= $1 || '.' and prefix < $1 || '/') and prefix > $3
      order by prefix limit $4
    ) p
    cross join lateral (
      select coalesce(sum(registered), 0)::bigint as registered, coalesce(sum(found + referral), 0)::bigint as succeeded,
        coalesce(sum(found + referral + absent + withdrawn + failed), 0)::bigint as requests
      from statistics_hourly h where h.prefix = p.prefix and h.hour >= $5 and h.hour < $6
    ) d
    cross join lateral (
      select coalesce(sum(registered), 0)::bigint as total from statistics_hourly h where h.prefix = p.prefix and h.hour < $6
    ) t
    left join statistics_sources s on s.prefix = p.prefix and s.day = $7
    order by p.prefix`,
};

interface PrefixDay extends Record<string, unknown> {
  readonly prefix: string;
  readonly registered: number;
  readonly total: number;
  readonly requests: number;
  readonly succeeded: number;
  readonly sources: readonly Heavy[];
}

/** T8: what each prefix below the node did on a day, in the order of their names; a page after a prefix. */
export async function readPrefixDays(
  database: Queryable,
  { own, day, delegates }: DailyQuery,
  { after, limit }: { after: string; limit: number },
): Promise<DailyRow<'T8'>[]> {
  const span = spanOf(day);
  const values = [own, delegates, after, limit, ...momentsOf(span), day];
  const rows = await database.query<PrefixDay>(PREFIX_DAYS, values);
  return rows.map(({ prefix, registered, total, requests, succeeded, sources }) => ({
    ...{ prefix, date: day, registered, total, requests, succeeded },
    sources: namedSources(sources),
  }));
}

const ALLOTTED = {
  name: 'report_allotted',
  text: `select coalesce(sum(allotted) filter (where hour >= $2), 0)::bigint as registered, coalesce(sum(allotted), 0)::bigint as total
    from statistics_hourly where prefix = $1 and hour < $3`,
};
const NODE_SOURCES = {
  name: 'report_node_sources',
  text: `select sources from statistics_sources where prefix = '' and day = $1`,
};

/** T3: what the node as a whole did on a day. What it registers are the prefixes that it allots. */
export async function readNodeDay(database: Queryable, { own, day, delegates }: DailyQuery): Promise<DailyRow<'T3'>[]> {
  if (!delegates) return [];
  const span = spanOf(day);
  type Allotted = { registered: number; total: number };
  const [allotted] = await database.query<Allotted>(ALLOTTED, [own, ...momentsOf(span)]);
  const { requests, found, referral } = await readSum(database, { prefix: '', span });
  const [asked] = await database.query<{ sources: Heavy[] }>(NODE_SOURCES, [day]);
  const { registered = 0, total = 0 } = allotted ?? {};
  const sources = namedSources(asked?.sources ?? []);
  return [{ prefix: own, date: day, registered, total, requests, succeeded: found + referral, sources }];
}

const PEAK = {
  name: 'report_peak',
  text: `select requests, (extract(epoch from at) * 1000)::float8 as at from statistics_peaks
    where hour >= $1 and hour < $2 order by requests desc, at limit 1`,
};

/** Items 1 to 12 of 附件2: how long resolution and registration took on a day, and the second that had most. */
export async function readMonitoring(database: Queryable, { own, day }: DailyQuery): Promise<DailyRow<'monitoring'>[]> {
  const span = spanOf(day);
  const { resolving, registering } = await readSum(database, { prefix: '', span });
  const [peak] = await database.query<{ requests: number; at: number }>(PEAK, momentsOf(span));
  return [
    {
      ...{ prefix: own, date: day },
      ...{ resolvingAverage: resolving.average, resolvingMax: resolving.max, resolvingMaxAt: clock(resolving.maxAt) },
      ...{ resolvingMin: resolving.min, resolvingMinAt: clock(resolving.minAt) },
      ...{ peak: peak?.requests ?? 0, peakAt: peak === undefined ? null : chinaClock(peak.at) },
      ...{ registeringAverage: registering.average, registeringMax: registering.max },
      ...{ registeringMaxAt: clock(registering.maxAt), registeringMin: registering.min },
      registeringMinAt: clock(registering.minAt),
    },
  ];
}

function spanOf(day: string): Span {
  return { from: startOfChinaDay(day), to: startOfChinaDay(dayAfter(day)) };
}

function clock(moment: string | null): string | null {
  return moment === null ? null : chinaClock(Date.parse(moment));
}

function namedSources(sources: readonly Heavy[]) {
  return sources.slice(0, NAMED_SOURCES).map(([network, requests]) => ({ network, requests }));
}
