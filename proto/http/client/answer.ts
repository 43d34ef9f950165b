import type { Operation } from '../operation.ts';
import { ProblemError } from './problem-error.ts';

/** What the answer of an operation holds. Throws ProblemError for one that is no success of the operation. */
export async function readAnswer({ answers }: Operation, answer: Response): Promise<unknown> {
  const { status } = answer;
  if (status >= 400 || !(status in answers)) throw new ProblemError(status, await readFailure(answer));
  const type = mediaTypeOf(answer);
  if (status === 204 || status === 304 || answer.body === null) return undefined;
  if (type.endsWith('json') && !type.endsWith('ndjson')) {
    return answer.json().catch((cause: unknown) => {
      const body = { code: 'UPSTREAM_INVALID', detail: 'The node did not answer with JSON' };
      throw new ProblemError(status, body, cause);
    });
  }
  return type === 'text/plain' || type === 'text/html' ? answer.text() : answer.body;
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
