import { type KeyReference, parseKeyReference } from './key-reference.ts';

/** `Authorization: Basic …`: a secret key itself, as Handle.net 9 takes it. */
export interface BasicCredential {
  readonly key: KeyReference;
  readonly secret: Buffer;
}

const MAX_LENGTH = 8_192;
const BASIC = /^[ \t]*Basic[ \t]+([A-Za-z0-9+/]+={0,2})[ \t]*$/i;

/**
 * The credential of a header value; null when it has another scheme or is malformed. The user name is percent-encoded,
 * `300%3A88.101.1001/ADMIN`: a user name holds no colon, for the first one ends it (RFC 7617 §2).
 */
export function parseBasic(header: string): BasicCredential | null {
  const [, encoded] = header.length > MAX_LENGTH ? [] : (BASIC.exec(header) ?? []);
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  if (colon < 0) return null;
  const key = parseUser(bytes.toString('utf8', 0, colon));
  return key === null ? null : { key, secret: bytes.subarray(colon + 1) };
}

function parseUser(text: string): KeyReference | null {
  try {
    return parseKeyReference(decodeURIComponent(text));
  } catch {
    return null;
  }
}
