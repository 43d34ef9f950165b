import type { IncomingMessage, ServerResponse } from 'node:http';
import { TIMEOUT_HEADER } from '../../proto/http/timeout.ts';
import { KEY_HEADER } from '../access/signatures/request-signature.ts';
import type { PlainAnswer } from './plain-answer.ts';

export const HANDLES = '/api/handles/';

const SPECIAL: ReadonlySet<string> = new Set([
  ...['authorization', KEY_HEADER, 'accept-signature'],
  ...['origin', 'if-none-match', TIMEOUT_HEADER],
]);
const SPECIAL_LENGTHS = Array.from({ length: 32 }, (_, length) => [...SPECIAL].some((name) => name.length === length));

/** Headers that change the answer: who asks, and for a signature, from which page, under which condition, or until when. `rawHeaders` is read unparsed. */
export function hasSpecialHeader(rawHeaders: readonly string[]): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (SPECIAL_LENGTHS[name.length] === true && SPECIAL.has(name.toLowerCase())) return true;
  }
  return false;
}

/** What a `GET /api/handles/{identifier}` without conditions, credentials and options asks for, undecoded; null for any other request. */
export function plainPathOf({ method, url = '', rawHeaders }: IncomingMessage): string | null {
  if (method !== 'GET' || !url.startsWith(HANDLES) || url.includes('?') || hasSpecialHeader(rawHeaders)) return null;
  return url.slice(HANDLES.length);
}

/**
 * Ends a response with its only piece. `response.end(piece)` corks the socket and adds an empty piece, which takes the slow way
 * (writev: a fifth of a memory hit, `npm run bench`); uncorked before its end, head and body leave as one string.
 */
export function sendWhole(response: ServerResponse, { status, headers, body }: PlainAnswer): void {
  response.writeHead(status, headers as string[]);
  response.write(body, 'latin1');
  response.socket?.uncork();
  response.end();
}
