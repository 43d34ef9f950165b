import type { Database, Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Actor, type AuditEntry, appendAudits } from '../governance/audit/append-audit.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { PrefixEntry } from './prefix-entry.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from './prefix-table.ts';

export type NewPrefix = Omit<PrefixEntry, 'version' | 'updatedAt'>;

/** Who writes prefixes, and why: it is recorded with them. */
export interface PrefixAct {
  readonly actor: Actor;
  readonly reason?: string | null | undefined;
}

export interface PrefixesWritten {
  readonly entries: readonly PrefixEntry[];
  readonly created: number;
  readonly seq: number;
}

// In the order of their names, so that two lists of the same prefixes cannot wait for each other in a ring.
const LOCK = `select ${PREFIX_COLUMNS} from prefixes where prefix = any($1) order by prefix for no key update`;

// Stronger than `for key share`, by which who makes the first identifier of a prefix holds how its case is compared.
const LOCK_CASE = `select p.prefix from prefixes p
  join unnest($1::text[], $2::text[]) as n(prefix, suffix_case) on n.prefix = p.prefix and n.suffix_case <> p.suffix_case
  order by p.prefix for update of p`;

// What appeared since the locks were taken ($7) is not given another case, and what is revoked stays so, unless who writes may
// revive it ($8): such rows are not written.
const STORE = `insert into prefixes (prefix, status, site, ttl, suffix_case, label, version)
  select prefix, status, site, ttl, suffix_case, label, 1
  from unnest($1::text[], $2::text[], $3::json[], $4::int[], $5::text[], $6::text[]) as n(prefix, status, site, ttl, suffix_case, label)
  order by prefix
  on conflict (prefix) do update set status = excluded.status, site = excluded.site, ttl = excluded.ttl,
    suffix_case = excluded.suffix_case, label = excluded.label, version = prefixes.version + 1, updated_at = now(),
    returned = case when prefixes.site is not null and excluded.site is null then prefixes.version + 1 else prefixes.returned end
    where (prefixes.status <> 'revoked' or excluded.status = 'revoked' or $8)
      and (prefixes.suffix_case = excluded.suffix_case or prefixes.prefix = any($7))
  returning ${PREFIX_COLUMNS}`;

// A key is folded when it is stored: another rule would make stored identifiers unfindable.
const CASE_CONFLICT = `select p.prefix from prefixes p
  join unnest($1::text[], $2::text[]) as n(prefix, suffix_case) on n.prefix = p.prefix and n.suffix_case <> p.suffix_case
  where exists (select from identifiers i where i.prefix = p.prefix) limit 1`;

const REVOKED = `select prefix from prefixes where prefix = any($1) and status = 'revoked'`;

const ANNOUNCE = `with head as (update node set feed_head = feed_head + cardinality($1::text[]) returning feed_head)
  insert into changes (seq, size, prefix, versions)
  select head.feed_head - cardinality($1::text[]) + n.n, 1, n.prefix, array[n.version]
  from head, unnest($1::text[], $2::bigint[]) with ordinality as n(prefix, version, n)
  returning seq`;

/** Creates or replaces prefixes: all of them or, when one is refused, none. */
export function writePrefixes(
  database: Database,
  prefixes: readonly NewPrefix[],
  act: PrefixAct,
): Promise<PrefixesWritten> {
  return database.transaction((tx) => storePrefixes(tx, prefixes, { act }));
}

/** Changes some settings of one prefix; what two callers change at the same time is both kept. */
export function patchPrefix(
  database: Database,
  prefix: Prefix,
  change: PrefixAct & { readonly patch: Partial<NewPrefix> },
): Promise<PrefixesWritten> {
  return database.transaction((tx) => patchPrefixIn(tx, prefix, change));
}

/** The same, in a transaction of the caller's. */
export async function patchPrefixIn(
  tx: Queryable,
  prefix: Prefix,
  { patch, ...act }: PrefixAct & { readonly patch: Partial<NewPrefix> },
): Promise<PrefixesWritten> {
  return storePrefixes(tx, [{ ...(await lockPrefix(tx, prefix)), ...patch }], { act });
}

/** Tells all processes that what a prefix holds is another now. Its entry stays as it is, so that there is nothing to record of it. */
export async function touchPrefixIn(tx: Queryable, prefix: Prefix): Promise<PrefixesWritten> {
  return storePrefixes(tx, [await lockPrefix(tx, prefix)], { act: null });
}

async function lockPrefix(tx: Queryable, prefix: Prefix): Promise<PrefixEntry> {
  const lock = `select ${PREFIX_COLUMNS} from prefixes where prefix = $1 for no key update`;
  const [row] = await tx.query<PrefixRow>(lock, [prefix]);
  if (row === undefined) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
  return prefixEntryOf(row);
}

/**
 * All of them or none, in a transaction of the caller's. `act` is recorded; null: the caller records what it means. `revives`: what
 * is revoked may be allotted anew, for its quarantine is over.
 */
export async function storePrefixes(
  tx: Queryable,
  prefixes: readonly NewPrefix[],
  { act, revives = false }: { act: PrefixAct | null; revives?: boolean },
): Promise<PrefixesWritten> {
  const column = <K extends keyof NewPrefix>(name: K) => prefixes.map((item) => item[name]);
  const sites = prefixes.map((item) => (item.site === null ? null : JSON.stringify(item.site)));
  const names = column('prefix');
  const before = new Map((await tx.query<PrefixRow>(LOCK, [names])).map((row) => [row.prefix, prefixEntryOf(row)]));
  await tx.query(LOCK_CASE, [names, column('suffixCase')]);
  const [conflict] = await tx.query<{ prefix: string }>(CASE_CONFLICT, [names, column('suffixCase')]);
  if (conflict !== undefined) {
    const message = `Prefix ${conflict.prefix} holds identifiers; how their case is compared can no longer change`;
    throw new KapokError('PREFIX_IN_USE', { message, subject: conflict.prefix });
  }
  const columns = [
    names,
    column('status'),
    sites,
    column('ttl'),
    column('suffixCase'),
    column('label'),
    [...before.keys()],
    revives,
  ];
  const entries = (await tx.query<PrefixRow>(STORE, columns)).map(prefixEntryOf);
  if (entries.length < names.length) throw await whyRefused(tx, names);
  if (act !== null)
    await appendAudits(
      tx,
      entries.map((after) => auditOf(before.get(after.prefix), after, act)),
    );
  const versions = entries.map((entry) => entry.version);
  const changes = await tx.query<{ seq: number }>(ANNOUNCE, [entries.map((entry) => entry.prefix), versions]);
  const seq = Math.max(...changes.map((change) => change.seq));
  return { entries, created: versions.filter((version) => version === 1).length, seq };
}

function auditOf(before: PrefixEntry | undefined, after: PrefixEntry, { actor, reason }: PrefixAct): AuditEntry {
  const { prefix } = after;
  const said = { reason: reason ?? null, before: before && settingsOf(before), after: settingsOf(after) };
  return {
    action: before === undefined ? 'prefix.create' : 'prefix.change',
    actor,
    kind: 'prefix',
    id: prefix,
    prefix,
    ...said,
  };
}

function settingsOf({ prefix: _prefix, updatedAt: _at, ...settings }: PrefixEntry): object {
  return settings;
}

async function whyRefused(tx: Queryable, names: readonly Prefix[]): Promise<KapokError> {
  const [revoked] = await tx.query<{ prefix: string }>(REVOKED, [names]);
  if (revoked === undefined)
    return new KapokError('PREFIX_STATE', {
      message: 'Another request has made a prefix at this moment; send it again',
    });
  const { prefix } = revoked;
  const message = `Prefix ${prefix} is revoked, and that is final: its label and ttl may change, its status may not. Allot another prefix`;
  return new KapokError('PREFIX_STATE', { message, at: 'status', subject: prefix });
}
