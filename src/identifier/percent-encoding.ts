import { KapokError } from '../errors/kapok-error.ts';

/** The text that a URL path spells (RFC 3986 §2.1). Throws INVALID_IDENTIFIER for a bad escape or bytes that are not UTF-8. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    const broken = /%(?![0-9A-Fa-f]{2}).{0,2}/u.exec(path);
    const message = broken
      ? `Identifier has the broken percent-encoding "${broken[0]}" at ${broken.index}`
      : 'Identifier has percent-encoded bytes that are not UTF-8';
    throw new KapokError('INVALID_IDENTIFIER', { message, cause });
  }
}

/**
 * An identifier as the end of a URL path: slashes, colons and "@" stay readable, all else that a path cannot hold is
 * escaped. A segment "." or ".." is tied to its neighbour by "%2F", because every URL parser removes such segments and
 * their escaped forms too (WHATWG URL §4.1). Throws INVALID_IDENTIFIER for half a character.
 */
export function encodePath(identifier: string): string {
  if (!identifier.isWellFormed())
    throw new KapokError('INVALID_IDENTIFIER', { message: 'Identifier has half a character' });
  return encodeURIComponent(identifier)
    .replace(/%2F/g, '/')
    .replace(/%3A/g, ':')
    .replace(/%40/g, '@')
    .replace(/\/(?=\.{1,2}(?:\/|$))/g, '%2F');
}
