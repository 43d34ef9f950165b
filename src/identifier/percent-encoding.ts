import { KapokError } from '../errors/kapok-error.ts';

/** The text that a URL path spells (RFC 3986 §2.1). Throws INVALID_IDENTIFIER for a bad escape or bytes that are not UTF-8. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(path);
    const message = escape
      ? `Identifier has the broken percent-encoding "${escape[0]}" at ${escape.index}`
      : 'Identifier has percent-encoded bytes that are not UTF-8';
    throw new KapokError('INVALID_IDENTIFIER', { message, cause });
  }
}

/** An identifier as the end of a URL path: slashes and colons stay readable, all else that a path cannot hold is escaped. */
export function encodePath(identifier: string): string {
  return encodeURIComponent(identifier).replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%40/g, '@');
}
