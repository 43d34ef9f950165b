import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/webhooks.ts';
import { may } from '../../access/may.ts';
import { createNetworks } from '../../config/networks.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { actOnWebhook, createWebhook, removeWebhook, rotateWebhook } from '../../governance/webhooks/change-webhook.ts';
import { listDeliveries, redeliver } from '../../governance/webhooks/deliveries.ts';
import { findWebhook, listWebhooks, type WebhookRow } from '../../governance/webhooks/webhook-table.ts';
import type { Admission } from '../admission.ts';
import { readAfter, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const LISTED = 1_000;
const PAGE = 50;

/** Webhooks 推送: an organisation's notices, sent to where it wants them. */
export function webhookRoutes(app: FastifyInstance, services: Services): void {
  const { database, config, secrets, webhooks, now } = services;
  const allowed = createNetworks(config.webhookNetworks);

  /** Who is not of the organisation learns nothing, not even whether there is such a webhook. */
  const getOwn = async (request: FastifyRequest, admission: Admission): Promise<WebhookRow> => {
    const { id = '' } = request.params as Record<string, string>;
    const row = isUuid(id) ? await findWebhook(database, id) : null;
    admission.ofOrganisation(row?.organisation ?? '');
    if (row === null) throw new KapokError('WEBHOOK_NOT_FOUND');
    return row;
  };

  route(app, services, described.createWebhook, async (request, reply, admission) => {
    const { organisation, url } = request.body;
    admission.ofOrganisation(organisation);
    if (!isUuid(organisation)) throw new KapokError('ORGANISATION_NOT_FOUND');
    const unchecked = may(admission.caller, 'filings.apply', '');
    const asked = { organisation, url, allowed, unchecked, actor: admission.caller };
    const { webhook, secret } = await createWebhook(database, { ...asked, box: await secrets.box() });
    return reply.code(201).send({ ...answerOf(webhook), secret });
  });

  route(app, services, described.listWebhooks, async (request, _reply, admission) => {
    const organisation = readText(request, 'organisation');
    if (organisation !== undefined) admission.ofOrganisation(organisation);
    const organisations = organisation === undefined ? admission.organisations() : [organisation].filter(isUuid);
    const rows = await listWebhooks(database, { organisations, limit: LISTED });
    return { webhooks: rows.map(answerOf) };
  });

  for (const [action, operation] of [
    ['pause', described.pauseWebhook],
    ['resume', described.resumeWebhook],
  ] as const) {
    route(app, services, operation, async (request, _reply, admission) => {
      const { id } = await getOwn(request, admission);
      return answerOf(await actOnWebhook(database, { id, action, actor: admission.caller }));
    });
  }

  route(app, services, described.rotateWebhook, async (request, _reply, admission) => {
    const { id } = await getOwn(request, admission);
    const asked = { id, box: await secrets.box(), actor: admission.caller, now: now() };
    const { webhook, secret } = await rotateWebhook(database, asked);
    return { ...answerOf(webhook), secret };
  });

  route(app, services, described.testWebhook, async (request, _reply, admission) =>
    webhooks.test(await getOwn(request, admission)),
  );

  route(app, services, described.removeWebhook, async (request, _reply, admission) => {
    const { id } = await getOwn(request, admission);
    await removeWebhook(database, { id, actor: admission.caller });
    return { id, removed: true };
  });

  route(app, services, described.listWebhookDeliveries, async (request, _reply, admission) => {
    const webhook = await getOwn(request, admission);
    const limit = readWhole(request, 'limit', { max: described.MAX_DELIVERIES }) ?? PAGE;
    const found = await listDeliveries(database, webhook, {
      before: readAfter(request, 'what next of a page said') ?? null,
      limit: limit + 1,
    });
    const deliveries = found.slice(0, limit);
    return { deliveries, ...(found.length > limit ? { next: String(deliveries.at(-1)?.seq) } : {}) };
  });

  route(app, services, described.redeliverNotice, async (request, reply, admission) => {
    const webhook = await getOwn(request, admission);
    const { notice: id = '' } = request.params;
    if (!isUuid(id) || !(await redeliver(database, webhook, id))) throw new KapokError('DELIVERY_NOT_FOUND');
    return reply.code(202).send({ id, state: 'waiting' });
  });
}

/** Without what is sealed. */
function answerOf({ id, organisation, url, state, failingSince, createdAt }: WebhookRow): described.Webhook {
  return { id, organisation, url, state, failingSince, createdAt };
}
