import { createHash } from 'node:crypto';
import { parseDictionary } from 'structured-headers';

const ALGORITHM = 'sha-256';
/** Long enough for every algorithm that is registered, all together. */
const MAX_HEADER = 1_024;

/** `Content-Digest` of a body (RFC 9530 §2). */
export function createContentDigest(body: Uint8Array | string): string {
  return `${ALGORITHM}=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Whether the header holds the SHA-256 of the body; other algorithms beside it are not looked at. */
export function isContentDigest(header: string, body: Uint8Array | string): boolean {
  return readDigest(header)?.equals(createHash('sha256').update(body).digest()) === true;
}

function readDigest(header: string): Buffer | null {
  if (header.length > MAX_HEADER) return null;
  try {
    const value = parseDictionary(header).get(ALGORITHM)?.[0];
    return value instanceof ArrayBuffer ? Buffer.from(value) : null;
  } catch {
    // What is no dictionary of digests is the digest of no body.
    return null;
  }
}
