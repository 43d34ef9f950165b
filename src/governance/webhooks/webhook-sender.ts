import { randomUUID } from 'node:crypto';
import type { Networks } from '../../config/networks.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Notice } from '../notices/read-notices.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { type Claimed, claimWebhooks, findDue, releaseWebhook, settle } from './lease.ts';
import { MessageClient } from './message-client.ts';
import { secondsToRetry } from './retries.ts';
import { secretsInUse } from './secret.ts';
import type { Attempt } from './webhook.ts';
import type { WebhookRow } from './webhook-table.ts';

export interface WebhookSenderOptions {
  readonly database: Database;
  readonly secrets: Secrets;
  /** Networks beside the public ones to which may be sent. */
  readonly allowed: Networks;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** How often is looked what is due, in milliseconds: whoever told may be another process. */
const LOOK_EVERY = 500;
/** Webhooks to which one process sends at once. */
const MOST_AT_ONCE = 32;

/** Sends the notices of organisations to their webhooks: to each in order, one at a time, by one process of the node. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #client: MessageClient;
  readonly #runner = randomUUID();
  readonly #underWay = new Set<Promise<void>>();
  #box: SecretBox | null = null;
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
    this.#client = new MessageClient(options);
  }

  start(): void {
    this.#timer = setInterval(() => this.#wake(), LOOK_EVERY);
    this.#timer.unref();
    this.#wake();
  }

  /** What is under way is sent and stored. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#look;
    await Promise.all(this.#underWay);
    await this.#client.close();
  }

  /** Sends a message that says nothing, and answers what came of it; nothing is stored. */
  async test(webhook: WebhookRow): Promise<Attempt> {
    const box = await this.#options.secrets.box();
    const { id, organisation } = webhook;
    return this.#send(webhook, box, { type: 'webhook.test', id: randomUUID(), data: { organisation, webhook: id } });
  }

  #wake(): void {
    this.#again = true;
    this.#look ??= this.#lookAll()
      .catch((err) => this.#options.log.warn({ err }, 'webhooks cannot be looked after'))
      .finally(() => {
        this.#look = null;
      });
  }

  async #lookAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#lookOnce();
    }
  }

  async #lookOnce(): Promise<void> {
    const { database } = this.#options;
    const free = MOST_AT_ONCE - this.#underWay.size;
    const box = free > 0 ? await this.#findBox() : null;
    if (box === null) return;
    for (const claimed of await claimWebhooks(database, this.#runner, free)) {
      const delivery = this.#deliver(claimed, box).catch((err) =>
        // Another look comes when the lease is over.
        this.#options.log.warn({ err, webhook: claimed.id }, 'a webhook cannot be looked after'),
      );
      this.#underWay.add(delivery);
      void delivery.finally(() => {
        this.#underWay.delete(delivery);
        this.#wake();
      });
    }
  }

  /** Null: there is nothing to sign with, or another process has the key. */
  async #findBox(): Promise<SecretBox | null> {
    if (this.#box !== null) return this.#box;
    const { database, secrets } = this.#options;
    const [row] = await database.query<{ any: boolean }>('select exists (select from webhooks) as any');
    if (!row?.any) return null;
    this.#box = await secrets.box().catch((error) => {
      if (error instanceof KapokError && error.code === 'SECRET_KEY_MISSING') return null;
      throw error;
    });
    return this.#box;
  }

  async #deliver(claimed: Claimed, box: SecretBox): Promise<void> {
    const { database, random, log } = this.#options;
    const due = await findDue(database, claimed);
    if (due === null) return releaseWebhook(database, this.#runner, claimed);
    const { id, kind: type, at: timestamp } = due.notice;
    const attempt = await this.#send(claimed, box, { type, id, timestamp, data: due.notice });
    const retryAfter = secondsToRetry(due.tries + 1, random);
    await settle(database, { runner: this.#runner, webhook: claimed, due, attempt, retryAfter });
    const { status, milliseconds, error } = attempt;
    const told = { webhook: claimed.id, notice: id, status, milliseconds };
    if (error === null) log.debug(told, 'a notice was sent to a webhook');
    else log.info({ ...told, error }, 'a notice could not be sent to a webhook');
  }

  /** `type`, `timestamp` and `data` are the payload that Standard Webhooks recommends. */
  #send(
    { url, ...webhook }: Pick<Claimed, 'id' | 'url' | 'sealed'>,
    box: SecretBox,
    { type, id, timestamp, data }: { type: string; id: string; timestamp?: string; data: Notice | object },
  ): Promise<Attempt> {
    const now = this.#options.now();
    const secrets = secretsInUse(box, webhook, now);
    const body = JSON.stringify({ type, timestamp: timestamp ?? new Date(now).toISOString(), data });
    return this.#client.send({ url, id, body, secrets });
  }
}
