import { isDeepStrictEqual } from 'node:util';
import type { Expectation } from '../load.ts';
import { expectedValues } from '../records.ts';
import type { Answer } from './answer-reader.ts';
import type { Asked } from './sources.ts';

/**
 * `odd`: a status that it must not have. `wrong`: the right status, and it says something else than it must. `shed`: refused
 * before any work. `unavailable`: a failure where no answer can exist.
 */
export type Verdict = 'right' | 'odd' | 'wrong' | 'shed' | 'unavailable';

export function judge({ status, expects, mayFail }: Asked, answer: Answer): Verdict {
  if (answer.status === status) return expects === null || says(expects, answer) ? 'right' : 'wrong';
  if (answer.status === 503 && /\r\nretry-after: *\d/i.test(answer.head)) return mayFail ? 'unavailable' : 'shed';
  return mayFail && answer.status >= 500 ? 'unavailable' : 'odd';
}

function says(expects: Expectation, { head, body }: Answer): boolean {
  switch (expects.kind) {
    case 'named':
      return begins(body, `{"responseCode":${expects.responseCode},"handle":${JSON.stringify(expects.handle)}`);
    case 'record':
      return isRecord(body, expects.handle);
    case 'peer':
      return isPeerRecord(body, expects.handle);
    case 'batch':
      return occurrences(body, '"responseCode":1,') === expects.count;
    case 'location':
      return head.toLowerCase().includes(`\r\nlocation: ${expects.url.toLowerCase()}`);
  }
}

function begins(body: Buffer, text: string): boolean {
  const length = Buffer.byteLength(text);
  return body.length > length && body.toString('utf8', 0, length) === text;
}

/** Our record with all its values, each with the moment of its writing; stale or not. */
function isRecord(body: Buffer, handle: string): boolean {
  const said = parse(body);
  if (said?.responseCode !== 1 || said.handle !== handle || !Array.isArray(said.values)) return false;
  const plain = said.values.map(({ timestamp, ...value }: { timestamp?: unknown }) =>
    typeof timestamp === 'string' ? value : null,
  );
  return isDeepStrictEqual(plain, expectedValues(handle));
}

/** Handles are compared without regard to the case of ASCII letters (RFC 3651 §2). */
function isPeerRecord(body: Buffer, handle: string): boolean {
  const said = parse(body);
  const named = typeof said?.handle === 'string' && said.handle.toLowerCase() === handle.toLowerCase();
  return named && said.responseCode === 1 && Array.isArray(said.values) && said.values.length > 0;
}

function occurrences(body: Buffer, text: string): number {
  let count = 0;
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) count++;
  return count;
}

function parse(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(body.toString());
    return typeof said === 'object' ? (said as Readonly<Record<string, unknown>> | null) : null;
  } catch {
    return null;
  }
}
