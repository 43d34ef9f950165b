import type { ResolveAnswer, ResolveRequest } from '../../../proto/http/resolve.ts';
import type { NodeCall, NodeCaller } from '../../access/node-caller.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SiteServerUrl } from '../../record/site.ts';
import type { Key } from '../../record/value.ts';
import type { HopResult } from '../../telemetry/timings.ts';
import { codeOf, type Span } from '../../telemetry/traces/span.ts';
import type { RestingServers } from './resting-servers.ts';
import type { Position } from './watch.ts';

export interface SiteClientOptions {
  readonly caller: NodeCaller;
  /** A node that does not begin to answer within this time has failed, in milliseconds. */
  readonly hopTimeout: number;
  readonly resting: RestingServers;
  readonly now?: () => number;
  /** Told of each call: how it ended and how long it took. */
  readonly onHop?: (result: HopResult, seconds: number) => void;
  /** Headers of what is asked for requests that are not followed. */
  readonly unfollowed?: (() => Readonly<Record<string, string>>) | undefined;
}

export interface SiteRequest extends Omit<ResolveRequest, 'identifiers'> {
  readonly identifier: string;
  /** Milliseconds of the epoch. */
  readonly deadline: number;
  readonly span?: Span;
}

export interface SiteAnswer {
  readonly answer: ResolveAnswer;
  /** null: the node did not say. */
  readonly position: Position | null;
}

interface Waiting extends SiteRequest {
  readonly resolve: (answer: SiteAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Post extends Pick<NodeCall, 'timeout' | 'headers'> {
  readonly url: string;
  readonly key: Key | undefined;
  readonly body: string;
}

const MAX_IDENTIFIERS = 100;

/** Asks other nodes over `POST /api/resolve`; what is asked of one node in one turn of the event loop travels together. */
export class SiteClient {
  readonly #caller: NodeCaller;
  readonly #hopTimeout: number;
  readonly #now: () => number;
  readonly #onHop: (result: HopResult, seconds: number) => void;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #resting: RestingServers;
  readonly #unfollowed: SiteClientOptions['unfollowed'];

  constructor({ caller, hopTimeout, resting, now = Date.now, onHop = () => {}, unfollowed }: SiteClientOptions) {
    this.#onHop = onHop;
    this.#unfollowed = unfollowed;
    this.#resting = resting;
    this.#hopTimeout = hopTimeout;
    this.#now = now;
    this.#caller = caller;
  }

  /**
   * The answer of a server, signed when its site names a key for it. Throws UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT or
   * UPSTREAM_INVALID.
   */
  ask({ url, publicKey: key }: SiteServerUrl, asked: SiteRequest): Promise<SiteAnswer> {
    const failure = this.#resting.failureOf(url);
    if (failure !== null) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const group = `${url} ${key?.x} ${asked.recursive} ${asked.auth} ${asked.explain} ${asked.span?.request}`;
      const queue = this.#waiting.get(group) ?? [];
      queue.push({ ...asked, resolve, reject });
      if (queue.length > 1) return;
      this.#waiting.set(group, queue);
      setImmediate(() => {
        this.#waiting.delete(group);
        for (let i = 0; i < queue.length; i += MAX_IDENTIFIERS)
          void this.#send({ url, key }, queue.slice(i, i + MAX_IDENTIFIERS));
      });
    });
  }

  async #send({ url, key }: { url: string; key: Key | undefined }, batch: readonly Waiting[]): Promise<void> {
    const [{ recursive, auth, explain, span: whole } = {} as Waiting] = batch;
    const body: ResolveRequest = {
      identifiers: batch.map((item) => item.identifier),
      ...(recursive === undefined ? {} : { recursive }),
      ...(auth === undefined ? {} : { auth }),
      ...(explain === undefined ? {} : { explain }),
    };
    const left = Math.max(...batch.map((item) => item.deadline)) - this.#now();
    const patience = Math.min(left, this.#hopTimeout);
    const begun = performance.now();
    const told = (result: HopResult) => this.#onHop(result, (performance.now() - begun) / 1000);
    const span = whole?.call('POST /api/resolve', factsOf(url, batch.length));
    const headers = span?.headers() ?? this.#unfollowed?.();
    try {
      const asked = { url, key, body: JSON.stringify(body), timeout: patience, headers };
      const { answers, position } = await this.#post(asked);
      this.#resting.heard(url);
      told('answered');
      span?.end({ 'kapok.result': 'answered' });
      batch.forEach((item, i) => {
        const answer = answers[i];
        if (isAnswer(answer)) item.resolve({ answer, position });
        else item.reject(new KapokError('UPSTREAM_INVALID', { message: `Node ${url} left out an answer` }));
      });
    } catch (error) {
      // Only silence is remembered: a node that answers, however badly, is there, and one that was given less than its time may be.
      const code = error instanceof KapokError ? error.code : null;
      const result = RESULTS[code ?? ''] ?? 'invalid';
      told(result);
      span?.end({ 'kapok.result': result }, codeOf(error));
      if (code === 'UPSTREAM_UNREACHABLE' || (code === 'UPSTREAM_TIMEOUT' && patience === this.#hopTimeout)) {
        this.#resting.failed(url, error as KapokError);
      }
      for (const item of batch) item.reject(error);
    }
  }

  async #post({ url, key: pinned, ...asked }: Post) {
    const json = await this.#caller.call({ method: 'POST', url: `${url}/api/resolve`, pinned, ...asked });
    const { answers, feed, seq } = (json ?? {}) as { answers?: unknown; feed?: unknown; seq?: unknown };
    const position = typeof feed === 'string' && Number.isSafeInteger(seq) ? { feed, seq: seq as number } : null;
    if (Array.isArray(answers)) return { answers: answers as unknown[], position };
    throw new KapokError('UPSTREAM_INVALID', { message: `Node ${url}: It sent no list of answers` });
  }
}

const RESULTS: Readonly<Record<string, HopResult>> = {
  UPSTREAM_UNREACHABLE: 'unreachable',
  UPSTREAM_TIMEOUT: 'timeout',
};

function factsOf(url: string, identifiers: number) {
  const { hostname, port, protocol } = new URL(url);
  return {
    'http.request.method': 'POST',
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'kapok.identifiers': identifiers,
  };
}

function isAnswer(answer: unknown): answer is ResolveAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { responseCode, handle, code } = answer as Partial<ResolveAnswer>;
  return typeof responseCode === 'number' && typeof handle === 'string' && typeof code === 'string';
}
