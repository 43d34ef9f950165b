import type { TransitionTable } from '../machine.ts';

export type WebhookState = 'active' | 'paused' | 'disabled';
export type WebhookAction = 'pause' | 'resume' | 'disable';

/** What comes while nothing is sent waits, and is sent in its order afterwards. */
export const WEBHOOK_TRANSITIONS: TransitionTable<WebhookState, WebhookAction> = [
  { from: 'active', action: 'pause', by: 'organisation', to: 'paused' },
  { from: 'paused', action: 'resume', by: 'organisation', to: 'active' },
  { from: 'active', action: 'disable', by: 'system', to: 'disabled' },
  { from: 'disabled', action: 'resume', by: 'organisation', to: 'active' },
];

/** Where an organisation has its notices pushed to. */
export interface Webhook {
  readonly id: string;
  readonly organisation: string;
  readonly url: string;
  readonly state: WebhookState;
  /** RFC 3339, UTC: since when no attempt went well; null: the last one did. */
  readonly failingSince: string | null;
  readonly createdAt: string;
}

export type AttemptError = 'status' | 'timeout' | 'address' | 'dns' | 'refused' | 'tls' | 'connection';

/** What came of sending a message once. */
export interface Attempt {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** Null: it was taken, with a status from 200 to 299. */
  readonly error: AttemptError | null;
}
