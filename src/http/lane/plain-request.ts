import type { IncomingMessage } from 'node:http';
import { TIMEOUT_HEADER } from '../../../proto/http/timeout.ts';
import { KEY_HEADER } from '../../access/signatures/request-signature.ts';

/** Headers that change the answer: who asks, and for a signature, from which page, under which condition, or until when. */
export const SPECIAL_HEADERS: readonly string[] = [
  ...['authorization', KEY_HEADER, 'accept-signature'],
  ...['origin', 'if-none-match', TIMEOUT_HEADER],
];

const special: ReadonlySet<string> = new Set(SPECIAL_HEADERS);
const specialLengths = Array.from({ length: 32 }, (_, length) =>
  SPECIAL_HEADERS.some((name) => name.length === length),
);

/** A `GET` without conditions, credentials and options. `rawHeaders` is read unparsed. */
export function isPlain({ method, rawHeaders }: IncomingMessage): boolean {
  if (method !== 'GET') return false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (specialLengths[name.length] === true && special.has(name.toLowerCase())) return false;
  }
  return true;
}
