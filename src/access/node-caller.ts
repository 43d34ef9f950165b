import { randomBytes } from 'node:crypto';
import { Agent, errors, request } from 'undici';
import { TIMEOUT_HEADER } from '../../proto/http/timeout.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Key } from '../record/value.ts';
import type { NodeKey, NodeSubject } from './node-key.ts';
import { isNodeKey } from './node-key.ts';
import { acceptSignature, whyNotSigned } from './signatures/answer-signature.ts';
import { createContentDigest } from './signatures/content-digest.ts';
import { signRequest } from './signatures/request-signature.ts';

export interface NodeCallerOptions {
  /** A node to which no connection comes about in this time cannot be reached, in milliseconds. */
  readonly connectTimeout: number;
  readonly now: () => number;
}

export interface NodeCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** JSON. */
  readonly body?: string;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** Beside those that the call itself needs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The key that the answer must be signed with; a key of another kind, or none: as it comes. */
  readonly pinned?: Key | undefined;
  /** For a call that needs rights: who calls, and the node that is called. */
  readonly signedBy?: { readonly key: NodeKey; readonly recipient: NodeSubject };
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Characters of a line of a stream. */
const MAX_LINE = 1024 * 1024;

/** The status of an answer that was not 200: the innermost cause of the error that it became. */
export class NodeStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`It answered with HTTP status ${status}`);
    this.status = status;
  }
}

/** The HTTP status that a call failed with; null when it failed otherwise. */
export function statusOf(error: unknown): number | null {
  if (error instanceof NodeStatus) return error.status;
  return error instanceof Error && error.cause !== undefined ? statusOf(error.cause) : null;
}

/** Calls other nodes; the one place that knows what can go wrong on the way. */
export class NodeCaller {
  readonly #agent: Agent;
  readonly #now: () => number;

  constructor({ connectTimeout, now }: NodeCallerOptions) {
    this.#now = now;
    this.#agent = new Agent({
      connections: 16,
      pipelining: 1,
      connect: { timeout: connectTimeout },
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /** The JSON of an answer with status 200. Throws UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT or UPSTREAM_INVALID. */
  async call(call: NodeCall): Promise<unknown> {
    try {
      return JSON.parse(await this.#call(call));
    } catch (error) {
      throw asUpstreamError(error, new URL(call.url).origin);
    }
  }

  /** The lines of an answer with status 200, as they come; throws when there is none for `silence` milliseconds. */
  async *lines({
    url,
    silence,
    signal,
  }: {
    url: string;
    silence: number;
    signal: AbortSignal;
  }): AsyncGenerator<string> {
    const timeouts = { headersTimeout: silence, bodyTimeout: silence };
    const { statusCode, body } = await request(url, { dispatcher: this.#agent, signal, ...timeouts });
    if (statusCode !== 200) {
      await body.dump();
      throw new KapokError('UPSTREAM_INVALID', { cause: new NodeStatus(statusCode) });
    }
    let held = '';
    for await (const piece of body.setEncoding('utf8')) {
      const lines = (held + piece).split('\n');
      held = lines.pop() ?? '';
      if (held.length > MAX_LINE) throw new KapokError('UPSTREAM_INVALID', { message: 'It sent a line without end' });
      yield* lines;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call({ method, url, body, timeout, signal, headers: more, pinned, signedBy }: NodeCall): Promise<string> {
    if (timeout <= 0) throw new errors.HeadersTimeoutError();
    const { pathname, search } = new URL(url);
    const digest = body === undefined ? undefined : createContentDigest(body);
    const proof = isNodeKey(pinned)
      ? { asked: { method, target: `${pathname}${search}`, digest }, nonce: newNonce(), key: pinned }
      : null;
    const headers = {
      ...more,
      [TIMEOUT_HEADER]: String(Math.ceil(timeout)),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(proof === null ? {} : { 'accept-signature': acceptSignature(proof.asked, proof.nonce) }),
      ...(proof === null || digest === undefined ? {} : { 'content-digest': digest }),
      ...(signedBy === undefined
        ? {}
        : signRequest({ method, url, body, recipient: signedBy.recipient }, { key: signedBy.key, now: this.#now })),
    };
    const limit = AbortSignal.timeout(timeout);
    const answer = await request(url, {
      dispatcher: this.#agent,
      method,
      ...(body === undefined ? {} : { body }),
      headers,
      headersTimeout: timeout + 1_000,
      bodyTimeout: timeout + 1_000,
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    const bytes = await answer.body.arrayBuffer().catch((cause) => {
      if (isTimeout(cause)) throw cause;
      throw new KapokError('UPSTREAM_INVALID', { message: 'It broke off its answer', cause });
    });
    const { statusCode: status } = answer;
    if (status !== 200) {
      const code = AWAY.has(status) ? 'UPSTREAM_UNREACHABLE' : 'UPSTREAM_INVALID';
      const cause = new NodeStatus(status);
      throw new KapokError(code, { message: cause.message, cause });
    }
    const text = Buffer.from(bytes);
    const reason = proof && whyNotSigned({ status, body: text, headers: answer.headers }, proof);
    if (reason !== null) throw new KapokError('UPSTREAM_INVALID', { message: reason });
    return text.toString('utf8');
  }
}

function newNonce(): string {
  return randomBytes(16).toString('base64url');
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
