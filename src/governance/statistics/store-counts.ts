import type { Queryable } from '../../database/database.ts';
import { chinaDayOf } from './china-day.ts';
import type { Window } from './counts.ts';
import { type Heavy, Sketch } from './sketch.ts';
import { type Latency, SOURCES, type Tally } from './tally.ts';

/** Networks that are kept of a prefix and day. */
const KEPT_SOURCES = 64;

const LATENCIES = ['resolving', 'registering'] as const;
const OUTCOME_SUMS = ['found', 'referral', 'absent', 'withdrawn', 'failed'].map(
  (name) => `${name} = s.${name} + excluded.${name}`,
);
const LATENCY_SUMS = LATENCIES.flatMap((name) => [
  `${name}_timed = s.${name}_timed + excluded.${name}_timed`,
  `${name}_sum = s.${name}_sum + excluded.${name}_sum`,
  extreme(`${name}_max`, '>'),
  extreme(`${name}_min`, '<'),
]);

/** The extreme of two rows, and its moment: of equal ones the first. */
function extreme(name: string, sign: '<' | '>'): string {
  const beats = `excluded.${name} ${sign} s.${name} or s.${name} is null`;
  return `${name} = case when ${beats} then excluded.${name} else s.${name} end,
    ${name}_at = case when ${beats} then excluded.${name}_at else s.${name}_at end`;
}

const LATENCY_COLUMNS = LATENCIES.flatMap((name) =>
  ['timed', 'sum', 'max', 'max_at', 'min', 'min_at'].map((part) => `${name}_${part}`),
).join(', ');

// In the order of their keys, so that two processes cannot wait for each other in a ring.
const ADD = {
  name: 'statistics_add',
  text: `with n as (select * from json_populate_recordset(null::statistics_hourly, $1))
    insert into statistics_hourly as s (prefix, hour, found, referral, absent, withdrawn, failed, ${LATENCY_COLUMNS})
    select prefix, hour, found, referral, absent, withdrawn, failed, ${LATENCY_COLUMNS} from n order by prefix, hour
    on conflict (prefix, hour) do update set ${[...OUTCOME_SUMS, ...LATENCY_SUMS].join(', ')}`,
};

/** Adds what was counted of some prefixes in an hour. Once: within one transaction that is committed once. */
export async function addTallies(tx: Queryable, hour: number, tallies: readonly [string, Tally][]): Promise<void> {
  const rows = tallies.map(([prefix, tally]) => ({
    ...{ prefix, hour: new Date(hour).toISOString() },
    ...{ found: tally.found, referral: tally.referral, absent: tally.absent },
    ...{ withdrawn: tally.withdrawn, failed: tally.failed },
    ...latencyOf('resolving', tally.resolving),
    ...latencyOf('registering', tally.registering),
  }));
  await tx.query(ADD, [JSON.stringify(rows)]);
}

function latencyOf(name: string, { timed, sum, max, maxAt, min, minAt }: Latency): Record<string, unknown> {
  const none = timed === 0;
  return {
    [`${name}_timed`]: timed,
    [`${name}_sum`]: Math.round(sum),
    [`${name}_max`]: none ? null : Math.round(max),
    [`${name}_max_at`]: none ? null : new Date(maxAt).toISOString(),
    [`${name}_min`]: none ? null : Math.round(min),
    [`${name}_min_at`]: none ? null : new Date(minAt).toISOString(),
  };
}

const MAKE_SOURCES = {
  name: 'statistics_make_sources',
  text: `insert into statistics_sources (prefix, day, sources) select prefix, $2, '[]' from unnest($1::text[]) as n(prefix)
    order by prefix on conflict do nothing`,
};
const LOCK_SOURCES = {
  name: 'statistics_lock_sources',
  text: `select prefix, sources from statistics_sources where prefix = any($1) and day = $2 order by prefix for update`,
};
const STORE_SOURCES = {
  name: 'statistics_store_sources',
  text: `update statistics_sources s set sources = n.sources from json_to_recordset($1) as n(prefix text, sources json)
    where s.prefix = n.prefix and s.day = $2`,
};

/** Adds the networks that asked, by prefix. */
export async function addSources(
  tx: Queryable,
  hour: number,
  sources: readonly (readonly [prefix: string, heavy: readonly Heavy[]])[],
): Promise<void> {
  const news = new Map(sources.filter(([, heavy]) => heavy.length > 0));
  if (news.size === 0) return;
  const [prefixes, day] = [[...news.keys()], chinaDayOf(hour)];
  await tx.query(MAKE_SOURCES, [prefixes, day]);
  const rows = await tx.query<{ prefix: string; sources: Heavy[] }>(LOCK_SOURCES, [prefixes, day]);
  const merged = rows.map(({ prefix, sources: held }) => ({
    prefix,
    sources: mergedSources(held, news.get(prefix) ?? []),
  }));
  await tx.query(STORE_SOURCES, [JSON.stringify(merged), day]);
}

function mergedSources(held: readonly Heavy[], news: readonly Heavy[]): Heavy[] {
  const sketch = new Sketch(KEPT_SOURCES);
  sketch.merge(held, KEPT_SOURCES);
  sketch.merge(news, SOURCES);
  return sketch.heavy;
}

/** The networks that asked for anything at all. */
export function sourcesOf({ tallies }: Window): Heavy[] {
  const all = new Sketch(SOURCES);
  for (const { sources } of tallies.values()) all.merge(sources.heavy, SOURCES);
  return all.heavy;
}

// Who adds last sees the sum of all processes: so the peak of the hour is that of the node.
const ADD_SECONDS = {
  name: 'statistics_add_seconds',
  text: `with added as (
      insert into statistics_seconds as s (second, requests)
      select second, requests from json_to_recordset($1) as n(second timestamptz, requests bigint) order by second
      on conflict (second) do update set requests = s.requests + excluded.requests returning second, requests
    )
    insert into statistics_peaks as p (hour, requests, at)
    select distinct on (hour) date_trunc('hour', second, 'UTC') as hour, requests, second from added
    order by hour, requests desc, second
    on conflict (hour) do update set requests = excluded.requests, at = excluded.at where excluded.requests > p.requests`,
};
const FORGET_SECONDS = {
  name: 'statistics_forget_seconds',
  text: `delete from statistics_seconds where second < $1::timestamptz - interval '1 hour'`,
};

/** Adds how much was asked in single seconds, and forgets those that no process will add to. */
export async function addSeconds(tx: Queryable, seconds: ReadonlyMap<number, number>, now: number): Promise<void> {
  const rows = Array.from(seconds, ([second, requests]) => ({ second: new Date(second).toISOString(), requests }));
  if (rows.length > 0) await tx.query(ADD_SECONDS, [JSON.stringify(rows)]);
  await tx.query(FORGET_SECONDS, [new Date(now).toISOString()]);
}

const ADD_MINUTE = {
  name: 'statistics_add_minute',
  text: `insert into statistics_uptime as s (hour, minutes)
    select date_trunc('hour', $1::timestamptz, 'UTC'),
      set_bit(repeat('0', 60)::bit(60), extract(minute from $1::timestamptz at time zone 'UTC')::int, 1)
    on conflict (hour) do update set minutes = s.minutes | excluded.minutes where (s.minutes & excluded.minutes) <> excluded.minutes`,
};

/** The node is up, and its database is. */
export async function addMinute(tx: Queryable, now: number): Promise<void> {
  await tx.query(ADD_MINUTE, [new Date(now).toISOString()]);
}
