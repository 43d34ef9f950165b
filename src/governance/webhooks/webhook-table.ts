import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Webhook, WebhookState } from './webhook.ts';

export type WebhookRow = Webhook & { readonly sealed: Buffer } & Record<string, unknown>;

const COLUMNS = `id, organisation, url, state, sealed, ${utc('failing_since', 'failingSince')}, ${utc('created_at', 'createdAt')}`;

export async function findWebhook(database: Queryable, id: string): Promise<WebhookRow | null> {
  const [row] = await database.query<WebhookRow>(`select ${COLUMNS} from webhooks where id = $1`, [id]);
  return row ?? null;
}

/** The row, held until the end of the transaction. Throws WEBHOOK_NOT_FOUND. */
export async function lockWebhook(tx: Queryable, id: string): Promise<WebhookRow> {
  const [row] = await tx.query<WebhookRow>(`select ${COLUMNS} from webhooks where id = $1 for update`, [id]);
  if (row === undefined) throw new KapokError('WEBHOOK_NOT_FOUND');
  return row;
}

/** Of these organisations, or with null of all, the oldest first. */
export function listWebhooks(
  database: Queryable,
  { organisations, limit }: { organisations: readonly string[] | null; limit: number },
): Promise<WebhookRow[]> {
  const text = `select ${COLUMNS} from webhooks where $1::uuid[] is null or organisation = any($1)
    order by webhooks.created_at, id limit $2`;
  return database.query<WebhookRow>(text, [organisations, limit]);
}

export async function insertWebhook(
  tx: Queryable,
  { id, organisation, url, sealed }: Pick<WebhookRow, 'id' | 'organisation' | 'url' | 'sealed'>,
): Promise<WebhookRow> {
  const text = `insert into webhooks (id, organisation, url, sealed) values ($1, $2, $3, $4) returning ${COLUMNS}`;
  const [row] = await tx.query<WebhookRow>(text, [id, organisation, url, sealed]);
  return row as WebhookRow;
}

/** With `state`, it begins anew: what is due is due now, and nothing has failed yet. */
export async function setWebhookState(tx: Queryable, id: string, state: WebhookState): Promise<WebhookRow> {
  const text = `update webhooks set state = $2, failing_since = null, next_at = now() where id = $1 returning ${COLUMNS}`;
  const [row] = await tx.query<WebhookRow>(text, [id, state]);
  return row as WebhookRow;
}

export async function setWebhookSecret(tx: Queryable, id: string, sealed: Buffer): Promise<void> {
  await tx.query('update webhooks set sealed = $2 where id = $1', [id, sealed]);
}

/** With all that it was sent. */
export async function deleteWebhook(tx: Queryable, { organisation, id }: Webhook): Promise<void> {
  await tx.query('delete from webhook_deliveries where organisation = $1 and webhook = $2', [organisation, id]);
  await tx.query('delete from webhooks where organisation = $1 and id = $2', [organisation, id]);
}
