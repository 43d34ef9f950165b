import { KapokError } from '../errors/kapok-error.ts';
import { headersOf, type Target } from './target.ts';

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** One call of a node's HTTP interface; throws only when the node cannot be reached or does not speak JSON. */
export async function call(target: Target, { method = 'GET', path, body, headers: own = {} }: Call): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = {
    ...own,
    ...headersOf(target),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const answer = await fetch(`${target.url}${path}`, { method, headers, ...content }).catch((cause: unknown) => {
    throw new KapokError('UPSTREAM_UNREACHABLE', { message: `Node ${target.url} cannot be reached`, cause });
  });
  const json = await answer.json().catch((cause: unknown) => {
    throw new KapokError('UPSTREAM_INVALID', { message: `Node ${target.url} did not answer with JSON`, cause });
  });
  return { status: answer.status, json: json as Record<string, unknown> };
}

/** The same, of a call that must go well. */
export async function callOk(target: Target, asked: Call): Promise<Record<string, unknown>> {
  const { status, json } = await call(target, asked);
  if (status >= 200 && status < 300) return json;
  throw refusal(status, json);
}

/** What a node said when it refused. */
export function refusal(status: number, { detail, code }: Record<string, unknown>): KapokError {
  return new KapokError('BAD_REQUEST', { message: `${detail ?? 'The node refused'} (${code ?? status})` });
}
