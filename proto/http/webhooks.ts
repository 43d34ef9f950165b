import { type Static, type TSchema, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const oneOf = <const W extends string>(words: readonly W[]) =>
  Type.Unsafe<W>(Type.Union(words.map((word) => Type.Literal(word))));

/** Where an organisation wants its notices pushed to. */
export const NewWebhook = Type.Object(
  {
    organisation: Type.String({ minLength: 36, maxLength: 36 }),
    /** `https://`; `http://` on the machine of the node alone. */
    url: Type.String({ minLength: 1, maxLength: 2048 }),
  },
  closed,
);
export type NewWebhook = Static<typeof NewWebhook>;

const webhook = {
  id: Type.String(),
  organisation: Type.String(),
  url: Type.String(),
  /** `disabled`: by the node, after days without success, or because the receiver said that it is gone. */
  state: oneOf(['active', 'paused', 'disabled']),
  /** Since when no attempt went well; null: the last one did. */
  failingSince: orNull(Type.String()),
  createdAt: Type.String(),
};
export const Webhook = Type.Object(webhook);
export type Webhook = Static<typeof Webhook>;

export const WebhookSecret = Type.Object({
  ...webhook,
  /** `whsec_` and base64. Shown this once. */
  secret: Type.String(),
});
export type WebhookSecret = Static<typeof WebhookSecret>;

/** What came of sending once. */
export const WebhookAttempt = Type.Object({
  at: Type.String(),
  /** Of the answer; null: there was none. */
  status: orNull(Type.Integer()),
  milliseconds: Type.Integer(),
  /** Null: it was taken, with a status from 200 to 299. */
  error: orNull(oneOf(['status', 'timeout', 'address', 'dns', 'refused', 'tls', 'connection'])),
});
export type WebhookAttempt = Static<typeof WebhookAttempt>;

export const WebhookDelivery = Type.Object({
  /** Of the notice. */
  seq: Type.Integer(),
  /** Of the notice, and what it is sent with as `webhook-id`. */
  id: Type.String(),
  kind: Type.String(),
  state: oneOf(['waiting', 'delivered', 'failed']),
  createdAt: Type.String(),
  attempts: Type.Array(WebhookAttempt),
});
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const MAX_DELIVERIES = 500;

const path = '/api/v1/webhooks';
// Whoever may read an organisation's notices may have them sent.
const common = { permission: 'filings.apply', tag: 'Webhooks' } as const;

export const createWebhook = operation({
  ...{ id: 'createWebhook', method: 'POST', path, ...common },
  summary: 'Have the notices of an organisation pushed to an endpoint',
  body: NewWebhook,
  answers: { 201: { text: 'With the secret that messages are signed with', schema: WebhookSecret } },
});

export const listWebhooks = operation({
  ...{ id: 'listWebhooks', method: 'GET', path, ...common },
  summary: 'The webhooks of one’s own organisations, the oldest first',
  query: { organisation: parameter.word('Only of this one; absent: of all of the caller’s') },
  answers: { 200: { text: 'At most 1,000', schema: Type.Object({ webhooks: Type.Array(Webhook) }) } },
});

export const pauseWebhook = operation({
  ...{ id: 'pauseWebhook', method: 'POST', path: `${path}/{id}/pause`, ...common },
  summary: 'Send nothing for now; what comes meanwhile waits',
  answers: { 200: { text: 'Paused', schema: Webhook } },
});

export const resumeWebhook = operation({
  ...{ id: 'resumeWebhook', method: 'POST', path: `${path}/{id}/resume`, ...common },
  summary: 'Send again, beginning with what has waited',
  answers: { 200: { text: 'Active', schema: Webhook } },
});

export const rotateWebhook = operation({
  ...{ id: 'rotateWebhook', method: 'POST', path: `${path}/{id}/rotate`, ...common },
  summary: 'Make a new secret; for a day messages are signed with both',
  answers: { 200: { text: 'With the new secret', schema: WebhookSecret } },
});

export const testWebhook = operation({
  ...{ id: 'testWebhook', method: 'POST', path: `${path}/{id}/test`, ...common },
  summary: 'Send a message of the type webhook.test now, in whatever state it is, and say what came of it',
  answers: { 200: { text: 'What came of it', schema: WebhookAttempt } },
});

export const removeWebhook = operation({
  ...{ id: 'removeWebhook', method: 'DELETE', path: `${path}/{id}`, ...common },
  summary: 'Remove a webhook, with its deliveries',
  answers: { 200: { text: 'Removed', schema: Type.Object({ id: Type.String(), removed: Type.Literal(true) }) } },
});

export const listWebhookDeliveries = operation({
  ...{ id: 'listWebhookDeliveries', method: 'GET', path: `${path}/{id}/deliveries`, ...common },
  summary: 'What was sent and what waits, with each attempt, the newest first; 30 days are kept',
  query: {
    after: parameter.word('What `next` of the page before said'),
    limit: parameter.whole('Deliveries a page', MAX_DELIVERIES),
  },
  answers: {
    200: {
      text: 'A page',
      schema: Type.Object({ deliveries: Type.Array(WebhookDelivery), next: Type.Optional(Type.String()) }),
    },
  },
});

export const redeliverNotice = operation({
  ...{ id: 'redeliverNotice', method: 'POST', path: `${path}/{id}/deliveries/{notice}/redeliver`, ...common },
  summary: 'Send a notice once more, with the same id, before what waits',
  answers: { 202: { text: 'It waits', schema: Type.Object({ id: Type.String(), state: Type.Literal('waiting') }) } },
});
