import { KapokError } from '../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../identifier/characters.ts';

/** What a column of PostgreSQL's type integer holds. */
const MAX_NUMBER = 2_147_483_647;

/** Where a page ended, as the text that the next request gives back: not to be understood by anybody but us. */
export function encodePageToken(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws BAD_REQUEST unless it is one that `encodePageToken` made of members of these kinds: texts without controls, whole numbers. */
export function decodePageToken(token: string, kinds: readonly ('string' | 'number')[]): (string | number)[] {
  const place = parse(token);
  if (Array.isArray(place) && place.length === kinds.length && kinds.every((kind, i) => isMember(place[i], kind)))
    return place as (string | number)[];
  throw new KapokError('BAD_REQUEST', { message: 'after must be what next of a page said', at: 'after' });
}

function isMember(member: unknown, kind: 'string' | 'number'): boolean {
  if (typeof member === 'string') return kind === 'string' && findForbiddenCharacter(member) === null;
  return kind === 'number' && Number.isInteger(member) && Math.abs(member as number) <= MAX_NUMBER;
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    // Not JSON: not ours.
    return null;
  }
}
