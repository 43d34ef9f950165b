import type { Queryable, Row } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';
import type { ProbeKind, Round } from './round.ts';

/** Rounds that are kept of each prefix and kind. */
const KEPT = 100;

export interface StoredRound extends Omit<Round, 'failure'> {
  readonly at: string;
  readonly reason: string | null;
}

const TURNS = {
  name: 'probe_turns',
  text: `insert into probe_turns as t (prefix, next_at)
    select prefix, clock_timestamp() + make_interval(secs => $2) from unnest($1::text[]) as n(prefix) order by prefix
    on conflict (prefix) do update set next_at = excluded.next_at where t.next_at <= clock_timestamp()
    returning t.prefix`,
};

/** The prefixes whose turn falls to this process; the next one comes so many seconds later, at whatever process. */
export async function takeTurns(database: Queryable, prefixes: readonly Prefix[], seconds: number): Promise<Prefix[]> {
  const rows = await database.query<{ prefix: Prefix }>(TURNS, [prefixes, seconds]);
  return rows.map(({ prefix }) => prefix);
}

/** Where a prefix is answered by right: its own site, also while another one has taken over. Null: nowhere else than here. */
export async function findPrimarySite(database: Queryable, prefix: Prefix): Promise<Site | null> {
  const text = `select coalesce(s.primary_site, p.site) as site from prefixes p left join standbys s on s.prefix = p.prefix
    where p.prefix = $1`;
  const [row] = await database.query<{ site: Site | null }>(text, [prefix]);
  return row?.site ?? null;
}

export async function storeRounds(tx: Queryable, prefix: Prefix, rounds: readonly Round[]): Promise<void> {
  for (const { kind, tried, failed, milliseconds, failure } of rounds) {
    const text = `insert into probes (prefix, kind, at, tried, failed, milliseconds, reason)
      values ($1, $2, now(), $3, $4, $5, $6) on conflict (prefix, kind, at) do nothing`;
    await tx.query(text, [prefix, kind, tried, failed, milliseconds, failure?.reason ?? null]);
    const old = `delete from probes where prefix = $1 and kind = $2 and at <= (
      select at from probes where prefix = $1 and kind = $2 order by at desc offset ${KEPT} limit 1)`;
    await tx.query(old, [prefix, kind]);
  }
}

/** The newest first. */
export function listRounds(database: Queryable, prefix: Prefix): Promise<StoredRound[]> {
  const text = `select kind, tried, failed, milliseconds, reason, ${utc('at', 'at')} from probes
    where prefix = $1 order by probes.at desc, kind`;
  return database.query<StoredRound & Row & { kind: ProbeKind }>(text, [prefix]);
}
