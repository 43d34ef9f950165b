import { invalid } from './checks.ts';
import type { Key } from './value.ts';

/** The private members of the kinds of RFC 7518 §6 and RFC 8037 §2. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** DSA is Handle's own kind: there `p` and `q` are public. */
const PRIVATE_OF_DSA = ['x'];

/** A public JSON Web Key; one with a private part is refused, for a record is read by everybody. */
export function parseKey(value: unknown, at: string): Key {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(at, 'must be a JSON Web Key');
  const key = value as Record<string, unknown>;
  if (typeof key.kty !== 'string' || key.kty === '') throw invalid(`${at}.kty`, 'must name the kind of key');
  for (const secret of key.kty === 'DSA' ? PRIVATE_OF_DSA : PRIVATE) {
    if (Object.hasOwn(key, secret)) throw invalid(`${at}.${secret}`, 'is a private part of the key');
  }
  return key as Key;
}
