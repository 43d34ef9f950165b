import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from './connection.ts';

export interface WaitOptions {
  readonly url: string;
  /** Whether the server's process has ended. */
  hasEnded(): boolean;
  readonly signal: AbortSignal | undefined;
}

export type Answer =
  | { readonly kind: 'answered' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'silent'; readonly reason: string; readonly cause: unknown };

const POLL_MS = 20;
/** How long a server may live without any answer. */
const SILENCE_MS = 30_000;

/** SQLSTATEs: what a server says that recovers from a crash, and one that does not know our password. */
const CANNOT_CONNECT_NOW = '57P03';
const INVALID_PASSWORD = '28P01';

/** Asks a server that was just started until it answers. */
export async function waitForAnswer({ url, hasEnded, signal }: WaitOptions): Promise<Answer> {
  let deadline = Date.now() + SILENCE_MS;
  for (;;) {
    try {
      await withClient(url, (client) => client.query('select 1'));
      return { kind: 'answered' };
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const silent = (reason: string): Answer => ({ kind: 'silent', reason, cause });
      if (hasEnded()) return { kind: 'ended' };
      if (signal?.aborted) return silent('the server was closed while it started');
      if (code === INVALID_PASSWORD) return silent(`the server answers: ${message}`);
      // Stopping a recovery would make the next start begin it anew: a server that says it recovers may take its time.
      if (code === CANNOT_CONNECT_NOW) deadline = Date.now() + SILENCE_MS;
      if (Date.now() > deadline) return silent(`no answer within ${SILENCE_MS} ms: ${message}`);
    }
    await delay(POLL_MS);
  }
}
