import { LRUCache } from 'lru-cache';
import { Agent, errors, request } from 'undici';
import type { ResolveAnswer, ResolveRequest } from '../../../proto/http/resolve.ts';
import { KapokError } from '../../errors/kapok-error.ts';

export interface SiteClientOptions {
  /** A node that does not begin to answer within this time has failed, in milliseconds. */
  readonly hopTimeout: number;
  readonly now?: () => number;
}

export interface SiteRequest extends Omit<ResolveRequest, 'identifiers'> {
  readonly identifier: string;
  /** Milliseconds of the epoch. */
  readonly deadline: number;
}

interface Waiting extends SiteRequest {
  readonly resolve: (answer: ResolveAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_IDENTIFIERS = 100;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** After a failure a node is left alone for this long, in milliseconds: who asks meanwhile gets the failure at once. */
const REST = 1_000;
/** Nodes whose failure is remembered: referrals may name as many as they like. */
const MAX_FAILURES = 10_000;

/** Asks other nodes over `POST /api/resolve`; what is asked of one node in one turn of the event loop travels together. */
export class SiteClient {
  readonly #agent: Agent;
  readonly #hopTimeout: number;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #failures = new LRUCache<string, { until: number; error: KapokError }>({ max: MAX_FAILURES });

  constructor({ hopTimeout, now = Date.now }: SiteClientOptions) {
    this.#hopTimeout = hopTimeout;
    this.#now = now;
    this.#agent = new Agent({
      connections: 16,
      pipelining: 1,
      connect: { timeout: hopTimeout },
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /** The answer of the node at `url`. Throws UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT or UPSTREAM_INVALID. */
  ask(url: string, asked: SiteRequest): Promise<ResolveAnswer> {
    const failure = this.#failures.get(url);
    if (failure !== undefined && failure.until > this.#now()) return Promise.reject(failure.error);
    return new Promise((resolve, reject) => {
      const group = `${url} ${asked.recursive} ${asked.auth} ${asked.explain}`;
      const queue = this.#waiting.get(group) ?? [];
      queue.push({ ...asked, resolve, reject });
      if (queue.length > 1) return;
      this.#waiting.set(group, queue);
      setImmediate(() => {
        this.#waiting.delete(group);
        for (let i = 0; i < queue.length; i += MAX_IDENTIFIERS)
          void this.#send(url, queue.slice(i, i + MAX_IDENTIFIERS));
      });
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(url: string, batch: readonly Waiting[]): Promise<void> {
    const [{ recursive, auth, explain } = {} as Waiting] = batch;
    const body: ResolveRequest = {
      identifiers: batch.map((item) => item.identifier),
      ...(recursive === undefined ? {} : { recursive }),
      ...(auth === undefined ? {} : { auth }),
      ...(explain === undefined ? {} : { explain }),
    };
    const left = Math.max(...batch.map((item) => item.deadline)) - this.#now();
    const patience = Math.min(left, this.#hopTimeout);
    try {
      const answers = await this.#post(`${url}/api/resolve`, JSON.stringify(body), patience);
      this.#failures.delete(url);
      batch.forEach((item, i) => {
        const answer = answers[i];
        if (isAnswer(answer)) item.resolve(answer);
        else item.reject(new KapokError('UPSTREAM_INVALID', { message: `Node ${url} left out an answer` }));
      });
    } catch (error) {
      const failure = asUpstreamError(error, url);
      // Only silence is remembered: a node that answers, however badly, is there, and one that was given less than its time may be.
      const silent = failure.code === 'UPSTREAM_UNREACHABLE' || patience === this.#hopTimeout;
      if (silent && failure.code !== 'UPSTREAM_INVALID') {
        this.#failures.set(url, { until: this.#now() + REST, error: failure });
      }
      for (const item of batch) item.reject(failure);
    }
  }

  async #post(url: string, body: string, timeout: number): Promise<unknown[]> {
    if (timeout <= 0) throw new errors.HeadersTimeoutError();
    const answer = await request(url, {
      dispatcher: this.#agent,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeout),
    });
    const text = await answer.body.text().catch((cause) => {
      if (isTimeout(cause)) throw cause;
      throw new KapokError('UPSTREAM_INVALID', { message: 'It broke off its answer', cause });
    });
    if (answer.statusCode !== 200) {
      const code = AWAY.has(answer.statusCode) ? 'UPSTREAM_UNREACHABLE' : 'UPSTREAM_INVALID';
      throw new KapokError(code, { message: `It answered with HTTP status ${answer.statusCode}` });
    }
    const { answers } = (JSON.parse(text) ?? {}) as { answers?: unknown };
    if (!Array.isArray(answers)) throw new KapokError('UPSTREAM_INVALID', { message: 'It sent no list of answers' });
    return answers;
  }
}

function isAnswer(answer: unknown): answer is ResolveAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { responseCode, handle, code } = answer as Partial<ResolveAnswer>;
  return typeof responseCode === 'number' && typeof handle === 'string' && typeof code === 'string';
}

/** What a gateway before the node says when it cannot get through: the node itself has not answered (RFC 9110 §15.6). */
const AWAY = new Set([502, 503, 504]);

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name.endsWith('TimeoutError');
}

function asUpstreamError(cause: unknown, url: string): KapokError {
  if (cause instanceof KapokError)
    return new KapokError(cause.code, { message: `Node ${url}: ${cause.message}`, cause });
  if (cause instanceof SyntaxError)
    return new KapokError('UPSTREAM_INVALID', { message: `Node ${url} did not send JSON`, cause });
  if (isTimeout(cause)) {
    return new KapokError('UPSTREAM_TIMEOUT', { message: `Node ${url} did not answer in time`, cause });
  }
  return new KapokError('UPSTREAM_UNREACHABLE', { message: `Node ${url} cannot be reached`, cause });
}
