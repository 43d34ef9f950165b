import type { Database, Queryable } from '../../database/database.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { digestOfState, type Manifest } from './manifest.ts';

/** A deposit that this node has made. */
export interface LoggedDeposit {
  readonly manifest: Manifest;
  readonly actor: string;
}

/** Keeps what was made, so that the next can go on from it. */
export function logDeposit(database: Database, manifest: Manifest, actor: Actor): Promise<void> {
  const { id, madeAt, kind, watermark, recipient, previous, state } = manifest;
  return database.transaction(async (tx) => {
    const text = 'insert into escrow_deposits (id, actor, manifest, made_at) values ($1, $2, $3, $4)';
    await tx.query(text, [id, actor.id, JSON.stringify(manifest), madeAt]);
    const after = { kind, watermark, recipient, previous, digest: digestOfState(state) };
    await appendAudit(tx, { action: 'escrow.deposit', actor, kind: 'deposit', id, prefix: null, after });
  });
}

export async function findDeposit(database: Queryable, id: string): Promise<Manifest | null> {
  const [row] = await database.query<{ manifest: Manifest }>('select manifest from escrow_deposits where id = $1', [
    id,
  ]);
  return row?.manifest ?? null;
}

/** The newest ones, the newest first. */
export function listLoggedDeposits(database: Queryable, limit: number): Promise<LoggedDeposit[]> {
  const text = 'select manifest, actor from escrow_deposits order by made_at desc, id limit $1';
  return database.query<LoggedDeposit & Record<string, unknown>>(text, [limit]);
}

// A day begins at 00:00 UTC, which is 08:00 in Beijing. One statement, so that of several processes one gets it.
const CLAIM = `update escrow_claim set claimed_until = now() + interval '1 hour'
  where claimed_until <= now() and not exists (
    select from escrow_deposits where actor = $1 and made_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
  )
  returning extract(dow from now() at time zone 'UTC')::int as weekday`;

/** The deposit of the day is this process's to make; null when it is made, or another process sees to it. */
export async function claimDay(database: Queryable, actor: Actor): Promise<{ isSunday: boolean } | null> {
  const [row] = await database.query<{ weekday: number }>(CLAIM, [actor.id]);
  return row === undefined ? null : { isSunday: row.weekday === 0 };
}

/** Lets go of it: made, or to be tried again after these seconds. */
export async function releaseDay(database: Queryable, { retryAfter }: { retryAfter: number }): Promise<void> {
  await database.query('update escrow_claim set claimed_until = now() + make_interval(secs => $1)', [retryAfter]);
}
