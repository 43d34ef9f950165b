import { Agent, request } from 'undici';
import { VERSION } from '../../../proto/http/version.ts';
import type { Networks } from '../../config/networks.ts';
import { createLookup, isReachable, literalAddress, type Resolve, UnreachableAddress } from './reachable.ts';
import { signMessage } from './secret.ts';
import type { Attempt, AttemptError } from './webhook.ts';

export interface Message {
  readonly url: string;
  /** The same at each attempt: what comes twice is told by it. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
  readonly secrets: readonly string[];
}

export interface MessageClientOptions {
  /** Networks beside the public ones to which may be sent. */
  readonly allowed: Networks;
  readonly now: () => number;
  /** Milliseconds for one attempt. */
  readonly deadline?: number;
  readonly resolve?: Resolve;
}

/** Milliseconds for one attempt, from the look-up of the name to the end of the answer. */
const DEADLINE = 10_000;
/** Bytes of an answer that are read, to be thrown away. */
const MAX_ANSWER_BYTES = 16_384;

/** Sends messages to webhooks, to reachable addresses alone, and follows no redirect. */
export class MessageClient {
  readonly #allowed: Networks;
  readonly #now: () => number;
  readonly #deadline: number;
  readonly #agent: Agent;

  constructor({ allowed, now, deadline = DEADLINE, resolve }: MessageClientOptions) {
    this.#allowed = allowed;
    this.#now = now;
    this.#deadline = deadline;
    this.#agent = new Agent({ pipelining: 1, connect: { timeout: deadline, lookup: createLookup(allowed, resolve) } });
  }

  /** Never throws: what went wrong is in the attempt. */
  async send(message: Message): Promise<Attempt> {
    const at = new Date(this.#now());
    const begun = performance.now();
    let status: number | null = null;
    let error: AttemptError | null;
    try {
      status = await this.#post(message, Math.floor(at.getTime() / 1_000));
      error = status >= 200 && status < 300 ? null : 'status';
    } catch (cause) {
      error = errorOf(cause);
    }
    return { at: at.toISOString(), status, milliseconds: Math.round(performance.now() - begun), error };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #post({ url, id, body, secrets }: Message, timestamp: number): Promise<number> {
    const address = literalAddress(url);
    // No name is looked up of what is an address already.
    if (address !== null && !isReachable(address, this.#allowed)) throw new UnreachableAddress(address);
    const signal = AbortSignal.timeout(this.#deadline);
    const answer = await request(url, {
      dispatcher: this.#agent,
      method: 'POST',
      body,
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': `kapok/${VERSION}`,
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signMessage(secrets, { id, timestamp, body }),
      },
    });
    // The status is the answer; whether the rest of it comes is nobody's concern.
    await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => {});
    return answer.statusCode;
  }
}

const ERRORS: Readonly<Record<string, AttemptError>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
};

function errorOf(cause: unknown): AttemptError {
  if (cause instanceof UnreachableAddress) return 'address';
  if (!(cause instanceof Error)) return 'connection';
  if (cause.name === 'TimeoutError') return 'timeout';
  const code = 'code' in cause ? String(cause.code) : '';
  return ERRORS[code] ?? (/CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code) ? 'tls' : 'connection');
}
