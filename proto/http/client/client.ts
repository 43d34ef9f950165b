import type { Operation } from '../operation.ts';
import { type OperationId, type OperationTable, operations } from '../operations.ts';
import { readAnswer } from './answer.ts';
import { ProblemError } from './problem-error.ts';
import { type AnyAsked, contentOf, headersOf, targetOf } from './request.ts';
import { isRepeatable, pause, waitBefore } from './retry.ts';
import type { Answered, Asked } from './types.ts';

export { readLines } from './lines.ts';
export { ProblemError } from './problem-error.ts';
export type { Answered, Asked, Bytes } from './types.ts';

export interface ClientOptions {
  /** The node, such as `http://127.0.0.1:7088`. */
  readonly url: string;
  /** A bearer token. */
  readonly token?: string | undefined;
  /** The whole `Authorization` header, in place of `token`: `Basic …`, `Handle …`. */
  readonly authorization?: string | undefined;
  readonly fetch?: typeof fetch;
  /** Waits before a request is sent again; for tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

type Call<O extends Operation> =
  Record<never, never> extends Asked<O>
    ? (asked?: Asked<O>) => Promise<Answered<O>>
    : (asked: Asked<O>) => Promise<Answered<O>>;

/** A method for each operation of a node, under its id. */
export type Client = { readonly [Id in OperationId]: Call<OperationTable[Id]> };

/**
 * A client of a node, over `fetch` alone. A refusal throws ProblemError. What can be sent twice without doing anything twice is
 * sent again when the node says 429 or 503, after the time it asks for, four times in all and for half a minute at most.
 */
export function createClient(options: ClientOptions): Client {
  const methods = operations.map((operation) => [
    operation.id,
    (asked: AnyAsked = {}) => send(options, operation, asked),
  ]);
  return Object.fromEntries(methods) as Client;
}

async function send(options: ClientOptions, operation: Operation, asked: AnyAsked): Promise<unknown> {
  const { url, token, authorization = token === undefined ? undefined : `Bearer ${token}` } = options;
  const { fetch: ask = fetch, pause: wait = pause } = options;
  const headers = { ...(authorization === undefined ? {} : { authorization }), ...headersOf(asked) };
  const target = `${url.replace(/\/+$/, '')}${targetOf(operation, asked)}`;
  const repeatable = isRepeatable(operation, headers) && !(asked.upload instanceof ReadableStream);
  for (let attempt = 1, waited = 0; ; attempt++) {
    const signal = asked.signal === undefined ? {} : { signal: asked.signal };
    const request = { method: operation.method, headers, redirect: 'manual' as const, ...signal, ...contentOf(asked) };
    const answer = await ask(target, request).catch((cause: unknown) => {
      if (asked.signal?.aborted) throw cause;
      const body = { code: 'UPSTREAM_UNREACHABLE', detail: `Node ${url} cannot be reached` };
      throw new ProblemError(0, body, cause);
    });
    const next = repeatable ? waitBefore(answer, { attempt, waited }) : null;
    if (next === null) return readAnswer(operation, answer, url);
    await answer.body?.cancel();
    await wait(next, asked.signal);
    waited += next;
  }
}
