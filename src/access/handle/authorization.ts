/** The parameters of `Authorization: Handle …`, as Handle.net 9 names them; what is missing was not sent. */
export interface HandleAuthorization {
  readonly version?: string;
  readonly sessionId?: string;
  /** Which key signs: `300:88.101.1001/ADMIN`. Percent-encoded in the header, and in no other parameter. */
  readonly id?: string;
  /** Base64 of what the client adds to the nonce of the session. */
  readonly cnonce?: string;
  readonly type?: string;
  readonly alg?: string;
  readonly signature?: string;
}

export const FIELDS = ['version', 'sessionId', 'id', 'cnonce', 'type', 'alg', 'signature'] as const;

/** No header with a signature of RSA 8192 and an identifier of the longest kind is longer. */
const MAX_LENGTH = 12_288;

const SCHEME = /^[ \t]*Handle[ \t]+/i;
const TOKEN = "[-A-Za-z0-9!#$%&'*+.^_`|~]+";
const PARAMETER = new RegExp(
  `[ \\t]*(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*(,[ \\t,]*)?`,
  'y',
);

/**
 * The credential of a header value; null when it has another scheme or is malformed. Names ignore case, of a name that
 * comes twice the later one counts, and unknown ones are passed over, as in Handle.
 */
export function parseHandleAuthorization(header: string): HandleAuthorization | null {
  const scheme = SCHEME.exec(header);
  if (scheme === null || header.length > MAX_LENGTH) return null;
  const found: Partial<Record<(typeof FIELDS)[number], string>> = {};
  let separated = true;
  for (let at = scheme[0].length; at < header.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(header);
    if (match === null || !separated) return null;
    const [, name = '', token, quoted = '', comma] = match;
    const field = FIELDS.find((known) => known.toLowerCase() === name.toLowerCase());
    const value = token ?? quoted.replace(/\\(.)/gs, '$1');
    const plain = field === 'id' ? decode(value) : value;
    if (plain === null) return null;
    if (field !== undefined) found[field] = plain;
    separated = comma !== undefined;
  }
  return found;
}

export function printHandleAuthorization(authorization: HandleAuthorization): string {
  const parts = FIELDS.flatMap((field) => {
    const value = authorization[field];
    if (value === undefined) return [];
    return [`${field}=${quote(field === 'id' ? encodeURIComponent(value) : value)}`];
  });
  return `Handle ${parts.join(', ')}`;
}

/** Whether a credential claims a key, and does not only name a session that holds one. */
export function claimsKey({ id, type, alg, signature }: HandleAuthorization): boolean {
  return id !== undefined || type !== undefined || alg !== undefined || signature !== undefined;
}

/** A quoted string (RFC 9110 §5.6.4) of the visible characters of ASCII; all others are left out. */
export function quote(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '').replace(/[\\"]/g, '\\$&')}"`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
