import type { Database, Queryable } from '../../database/database.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { NOTICE_COLUMNS, type Notice } from '../notices/read-notices.ts';
import { auditWebhook } from './change-webhook.ts';
import { DISABLED_AFTER } from './retries.ts';
import type { Attempt } from './webhook.ts';
import { lockWebhook } from './webhook-table.ts';

/** Seconds for which a process has a webhook to itself: three times what an attempt may take. */
const LEASE = 30;
/** Attempts that the log of one delivery holds: those of several rounds, when it was asked for again. */
const MAX_ATTEMPTS = 50;

/** A webhook for which something is due, and that is this runner's for now. */
export interface Claimed {
  readonly organisation: string;
  readonly id: string;
  readonly url: string;
  readonly sealed: Buffer;
}

/** The notice that is to be sent next. */
export interface Due {
  readonly tries: number;
  readonly notice: Notice;
}

const WAITING = `select from webhook_deliveries d
  where d.organisation = w.organisation and d.webhook = w.id and d.state = 'waiting'`;

const CLAIM = {
  name: 'claim_webhooks',
  text: `update webhooks t set runner = $1, lease_until = now() + interval '${LEASE} seconds'
    from (select organisation, id from webhooks w
      where state = 'active' and next_at <= now() and (lease_until is null or lease_until <= now()) and exists (${WAITING})
      order by next_at limit $2 for update skip locked) due
    where t.organisation = due.organisation and t.id = due.id returning t.organisation, t.id, t.url, t.sealed`,
};

const DUE = {
  name: 'due_delivery',
  text: `select d.tries, ${NOTICE_COLUMNS} from webhook_deliveries d
    join notices on notices.organisation = d.organisation and notices.seq = d.seq
    where d.organisation = $1 and d.webhook = $2 and d.state = 'waiting' order by d.seq limit 1`,
};

/** Webhooks that are due and that no other process has; of several processes one gets each. */
export function claimWebhooks(database: Queryable, runner: string, limit: number): Promise<Claimed[]> {
  return database.query<Claimed & Record<string, unknown>>(CLAIM, [runner, limit]);
}

/** Read after the claim: what the claim saw waiting, whoever had the webhook before may have sent. Null: nothing is due. */
export async function findDue(database: Queryable, { organisation, id }: Claimed): Promise<Due | null> {
  const [row] = await database.query<Notice & { tries: number } & Record<string, unknown>>(DUE, [organisation, id]);
  if (row === undefined) return null;
  const { tries, ...notice } = row;
  return { tries, notice };
}

/** Gives a webhook back with nothing done. */
export async function releaseWebhook(
  database: Queryable,
  runner: string,
  { organisation, id }: Claimed,
): Promise<void> {
  const text = `update webhooks set runner = null, lease_until = null where organisation = $1 and id = $2 and runner = $3`;
  await database.query(text, [organisation, id, runner]);
}

export interface Settled {
  readonly runner: string;
  readonly webhook: Claimed;
  readonly due: Due;
  readonly attempt: Attempt;
  /** Seconds until the next attempt; null: there is none. */
  readonly retryAfter: number | null;
}

// The lease is over for whoever another process came after: what that one does counts.
const SETTLE = `update webhooks set runner = null, lease_until = null,
    failing_since = case when $4 then null else coalesce(failing_since, now()) end,
    next_at = now() + make_interval(secs => $5),
    state = case when state = 'active' and not $4
      and ($6 or failing_since < now() - interval '${DISABLED_AFTER} days') then 'disabled' else state end
  where organisation = $1 and id = $2 and runner = $3 returning state`;

const LOG = `update webhook_deliveries set state = $4, tries = $5,
    attempts = (case when jsonb_array_length(attempts) < ${MAX_ATTEMPTS} then attempts else attempts - 0 end) || $6::jsonb
  where organisation = $1 and webhook = $2 and seq = $3`;

/** Stores what came of an attempt and gives the webhook back; what has failed for too long is disabled. */
export function settle(database: Database, { runner, webhook, due, attempt, retryAfter }: Settled): Promise<void> {
  const { organisation, id } = webhook;
  const taken = attempt.error === null;
  // RFC 9110 §15.5.11: the receiver says that it is gone for good.
  const isGone = attempt.status === 410;
  return database.transaction(async (tx) => {
    const seconds = taken ? 0 : (retryAfter ?? 0);
    const values = [organisation, id, runner, taken, seconds, isGone];
    const [row] = await tx.query<{ state: string }>(SETTLE, values);
    if (row === undefined) return;
    const state = taken ? 'delivered' : retryAfter === null ? 'failed' : 'waiting';
    const tries = taken ? 0 : due.tries + 1;
    await tx.query(LOG, [organisation, id, due.notice.seq, state, tries, JSON.stringify(attempt)]);
    // It was not when it was claimed, and nothing else makes it so.
    if (row.state === 'disabled') await tellDisabled(tx, id, isGone);
  });
}

async function tellDisabled(tx: Queryable, id: string, isGone: boolean): Promise<void> {
  const webhook = await lockWebhook(tx, id);
  const { organisation, url, failingSince } = webhook;
  await auditWebhook(tx, 'disable', { webhook, actor: SYSTEM });
  await appendNotice(tx, {
    organisation,
    kind: 'webhook.disable',
    prefix: null,
    about: { kind: 'webhook', id },
    body: { origin: new URL(url).origin, failingSince, gone: isGone },
  });
}
