import type { Operation, OperationAnswer } from '../operation.ts';
import { ProblemError } from './problem-error.ts';

/** What the answer of an operation holds. Throws ProblemError for one that is no success of the operation, or of no node. */
export async function readAnswer({ answers }: Operation, answer: Response, url: string): Promise<unknown> {
  const { status } = answer;
  const described = answers[status];
  if (status >= 400 || described === undefined) throw new ProblemError(status, await readFailure(answer));
  const type = mediaTypeOf(answer);
  if (isJson(type)) return readJson(answer, url);
  if (isDescribedAsJson(described)) {
    await answer.body?.cancel();
    throw noNode(url, `it answered with ${type || 'no content type'} where a node answers with JSON`);
  }
  if (status === 204 || status === 304 || answer.body === null) return undefined;
  return type === 'text/plain' || type === 'text/html' ? answer.text() : answer.body;
}

function readJson(answer: Response, url: string): Promise<unknown> {
  return answer.json().catch((cause: unknown) => {
    if (cause instanceof SyntaxError) throw noNode(url, 'its answer is no JSON', cause);
    const body = { code: 'UPSTREAM_UNREACHABLE', detail: `Node ${url} broke off its answer` };
    throw new ProblemError(0, body, cause);
  });
}

function isJson(type: string): boolean {
  return type.endsWith('json') && !type.endsWith('ndjson');
}

function isDescribedAsJson({ schema, type = 'application/json' }: OperationAnswer): boolean {
  return schema !== undefined && isJson(type);
}

function noNode(url: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError(0, { code: 'UPSTREAM_INVALID', detail: `${url} is no Kapok node: ${why}` }, cause);
}

/** Problem details, Handle's JSON, or whatever a proxy in between has to say. */
async function readFailure(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return { detail: `HTTP status ${answer.status}: ${text.slice(0, 200)}` };
  }
}

function mediaTypeOf({ headers }: Response): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
