import type { Database, Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Attempt, Webhook } from './webhook.ts';

/** A notice on its way to a webhook, or at its end. */
export interface Delivery {
  /** Of the notice. */
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly createdAt: string;
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
}

/** Days after which a delivery is forgotten, in whatever state it is. */
export const KEPT_DAYS = 30;

const LIST = `select d.seq, n.id, n.kind, d.state, d.attempts, ${utc('d.created_at', 'createdAt')}
  from webhook_deliveries d join notices n on n.organisation = d.organisation and n.seq = d.seq
  where d.organisation = $1 and d.webhook = $2 and ($3::bigint is null or d.seq < $3) order by d.seq desc limit $4`;

/** The newest first, before a number. */
export function listDeliveries(
  database: Queryable,
  { organisation, id }: Webhook,
  { before, limit }: { before: number | null; limit: number },
): Promise<Delivery[]> {
  return database.query<Delivery & Record<string, unknown>>(LIST, [organisation, id, before, limit]);
}

/** Sends a notice once more, at once and before what waits. False: there is no such delivery. */
export function redeliver(database: Database, { organisation, id }: Webhook, notice: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    const text = `update webhook_deliveries d set state = 'waiting', tries = 0 from notices n
      where n.organisation = $1 and n.id = $3 and d.organisation = $1 and d.webhook = $2 and d.seq = n.seq returning d.seq`;
    const found = await tx.query(text, [organisation, id, notice]);
    await tx.query('update webhooks set next_at = now() where organisation = $1 and id = $2', [organisation, id]);
    return found.length > 0;
  });
}

/** Forgets what is older than KEPT_DAYS; answers how much that was. */
export async function clearDeliveries(database: Queryable, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  const text = `with gone as (delete from webhook_deliveries where created_at < $1 returning 1)
    select count(*)::int as count from gone`;
  const [row] = await database.query<{ count: number }>(text, [before]);
  return row?.count ?? 0;
}
