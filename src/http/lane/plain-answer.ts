import type { KapokError } from '../../errors/kapok-error.ts';
import { errorJson } from '../../resolve/answer-json.ts';
import type { Found, Outcome } from '../../resolve/outcome.ts';
import { JSON_TYPE } from '../../resolve/public-record.ts';
import { wireOf } from '../../resolve/wire.ts';
import { retryAfterOf } from '../errors.ts';
import { outcomeJson, staleHeaders } from '../outcome-json.ts';

/** An answer that is ready for the wire. */
export interface PlainAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** UTF-8 bytes, one a character ("latin1"). */
  readonly body: string;
}

/** What a plain `GET /api/handles/{identifier}` is answered with: the bytes that the framework's route gives. */
export function outcomeAnswer(handle: string, outcome: Outcome): PlainAnswer {
  if (outcome.kind === 'found') return foundAnswer(handle, outcome);
  const { stale } = outcome;
  const { status, json } = outcomeJson(handle, outcome, stale === undefined ? {} : { stale });
  return jsonAnswer(status, json, staleHeaders(outcome).flat());
}

export function failureAnswer(failure: KapokError, extra: readonly string[] = []): PlainAnswer {
  const wait = retryAfterOf(failure);
  const headers = wait === undefined ? extra : ['retry-after', String(wait), ...extra];
  return jsonAnswer(failure.httpStatus, errorJson(failure, failure.subject || undefined), headers);
}

function foundAnswer(handle: string, outcome: Found): PlainAnswer {
  const { stale } = outcome;
  const record = outcome.record.spelled(handle);
  if (stale === undefined) return { status: 200, headers: record.headers, body: record.wire };
  const tag = record.version === 0 ? [] : ['etag', `"${record.version}"`];
  const values = record.values();
  const json =
    values.length === 0 ? { responseCode: 200, values, handle, stale } : { responseCode: 1, handle, values, stale };
  return jsonAnswer(200, json, [...staleHeaders(outcome).flat(), ...tag]);
}

function jsonAnswer(status: number, json: object, extra: readonly string[]): PlainAnswer {
  const body = wireOf(JSON.stringify(json));
  return { status, headers: ['content-type', JSON_TYPE, 'content-length', String(body.length), ...extra], body };
}
