import { randomUUID } from 'node:crypto';
import type { Networks } from '../../config/networks.ts';
import { isTrustworthyUrl } from '../../config/trustworthy-url.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import { IN_FORCE } from '../organisations/organisation-machine.ts';
import { lockOrganisation } from '../organisations/organisation-table.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { isReachable, literalAddress } from './reachable.ts';
import { createSecret, rotateSecret } from './secret.ts';
import { WEBHOOK_TRANSITIONS, type Webhook, type WebhookAction } from './webhook.ts';
import {
  deleteWebhook,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  setWebhookSecret,
  setWebhookState,
  type WebhookRow,
} from './webhook-table.ts';

/** Each notice is sent to all of them. */
const MAX_WEBHOOKS = 10;

export interface NewWebhook {
  readonly organisation: string;
  readonly url: string;
  readonly allowed: Networks;
  readonly box: SecretBox;
  readonly actor: Actor;
  /** Also for an organisation that nobody has checked. */
  readonly unchecked: boolean;
}

/** Registers an endpoint; the secret is shown this once. Throws BAD_REQUEST, ORGANISATION_NOT_FOUND, ORGANISATION_NOT_VERIFIED. */
export function createWebhook(
  database: Database,
  { organisation, url, allowed, box, actor, unchecked }: NewWebhook,
): Promise<{ webhook: WebhookRow; secret: string }> {
  assertUrl(url, allowed);
  const id = randomUUID();
  const { secret, sealed } = createSecret(box, id);
  return database.transaction(async (tx) => {
    const { state } = await lockOrganisation(tx, organisation);
    // Anybody can draft an organisation, and could have the node send whatever he likes to whomever he likes.
    if (!IN_FORCE.has(state) && !unchecked) throw new KapokError('ORGANISATION_NOT_VERIFIED');
    const others = await listWebhooks(tx, { organisations: [organisation], limit: MAX_WEBHOOKS });
    if (others.length === MAX_WEBHOOKS) throw tooMany();
    const webhook = await insertWebhook(tx, { id, organisation, url, sealed });
    await auditWebhook(tx, 'create', { webhook, actor });
    return { webhook, secret };
  });
}

/** Throws TRANSITION_REFUSED, WEBHOOK_NOT_FOUND. */
export function actOnWebhook(
  database: Database,
  { id, action, actor }: { id: string; action: Exclude<WebhookAction, 'disable'>; actor: Actor },
): Promise<WebhookRow> {
  return database.transaction(async (tx) => {
    const { state } = await lockWebhook(tx, id);
    const { to } = getTransition(WEBHOOK_TRANSITIONS, { state, action, by: 'organisation' });
    const webhook = await setWebhookState(tx, id, to);
    await auditWebhook(tx, action, { webhook, actor });
    return webhook;
  });
}

/** A new secret; the one before signs too for a day. */
export function rotateWebhook(
  database: Database,
  { id, box, actor, now }: { id: string; box: SecretBox; actor: Actor; now: number },
): Promise<{ webhook: WebhookRow; secret: string }> {
  return database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, id);
    const { secret, sealed } = rotateSecret(box, webhook, now);
    await setWebhookSecret(tx, id, sealed);
    await auditWebhook(tx, 'rotate', { webhook, actor });
    return { webhook, secret };
  });
}

export function removeWebhook(database: Database, { id, actor }: { id: string; actor: Actor }): Promise<void> {
  return database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, id);
    await deleteWebhook(tx, webhook);
    await auditWebhook(tx, 'remove', { webhook, actor });
  });
}

/** Of the URL the origin alone is recorded: what follows it may be meant for its receiver. */
export function auditWebhook(
  tx: Queryable,
  verb: string,
  { webhook, actor }: { webhook: Webhook; actor: Actor },
): Promise<void> {
  const { id, organisation, url, state } = webhook;
  const after = { organisation, origin: new URL(url).origin, state };
  return appendAudit(tx, { action: `webhook.${verb}`, actor, kind: 'webhook', id, prefix: null, after });
}

const TRUSTWORTHY =
  'url must begin with https:// and hold no password; http:// leads to this machine alone, where KAPOK_WEBHOOK_NETWORKS names 127.0.0.0/8 or ::1/128';

/** What a name leads to is found out each time that something is sent. */
function assertUrl(url: string, allowed: Networks): void {
  if (!isTrustworthyUrl(url)) throw wrongUrl(TRUSTWORTHY);
  if (url.includes('#')) throw wrongUrl('url must have no part after a #');
  const address = literalAddress(url);
  if (address === null || isReachable(address, allowed)) return;
  throw wrongUrl(`${address} is no public address, and KAPOK_WEBHOOK_NETWORKS of this node does not name its network`);
}

function tooMany(): KapokError {
  const message = `An organisation has at most ${MAX_WEBHOOKS} webhooks`;
  return new KapokError('BAD_REQUEST', { message, at: 'organisation' });
}

function wrongUrl(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at: 'url' });
}
