import { isDeepStrictEqual } from 'node:util';
import { callHttp, type HttpAnswer, headerOf } from './http.ts';
import { expectedValues } from './records.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The record as it was imported, in Handle's JSON; throws what is different. */
export async function checkRecord(url: string, identifier: string): Promise<void> {
  const answer = await callHttp(`${url}/api/handles/${identifier}`);
  assertStatus(answer, 200, identifier);
  if (!headerOf(answer, 'content-type')?.startsWith('application/json')) throw new Error(`${identifier}: not JSON`);
  const { values, ...rest } = JSON.parse(answer.body.toString()) as { values: unknown };
  assertSame(rest, { responseCode: 1, handle: identifier }, identifier);
  assertValues(values, identifier);
}

export async function checkAbsent(url: string, identifier: string): Promise<void> {
  const answer = await callHttp(`${url}/api/handles/${identifier}`);
  assertStatus(answer, 404, identifier);
  const { responseCode, handle } = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  assertSame({ responseCode, handle }, { responseCode: 100, handle: identifier }, identifier);
}

export async function checkRedirect(url: string, identifier: string, target: string): Promise<void> {
  const answer = await callHttp(`${url}/${identifier}`);
  assertStatus(answer, 302, identifier);
  assertSame(headerOf(answer, 'location'), target, identifier);
}

/** The values that were imported, each with the moment of its writing. */
export function assertValues(values: unknown, identifier: string): void {
  if (!Array.isArray(values)) throw new Error(`${identifier}: the answer has no values`);
  const plain = values.map(({ timestamp, ...value }: { timestamp?: unknown }) => {
    if (typeof timestamp !== 'string' || !MOMENT.test(timestamp))
      throw new Error(`${identifier}: a value without time`);
    return value;
  });
  assertSame(plain, expectedValues(identifier), identifier);
}

export function assertStatus({ status, body }: HttpAnswer, expected: number, subject: string): void {
  if (status === expected) return;
  throw new Error(`${subject}: status ${status} instead of ${expected}: ${body.toString().slice(0, 300)}`);
}

export function assertSame(actual: unknown, expected: unknown, subject: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${subject}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`.slice(0, 600));
}
