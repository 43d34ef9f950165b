import { createHash, createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { ValueData } from '../../record/value.ts';
import { publicKeyOf } from './public-key.ts';

export type KeyType = 'HS_PUBKEY' | 'HS_SECKEY';
export type Algorithm = 'SHA256' | 'EdDSA' | 'HMAC-SHA256';

/** What a client shows to prove that it holds a key: a signature, or an authentication code, of both nonces. */
export interface Proof {
  readonly type: KeyType;
  readonly alg: Algorithm;
  readonly signature: Buffer;
  /** The nonce of the session, then that of the client. */
  readonly signed: Buffer;
}

const ALGORITHMS: Record<string, Algorithm> = {
  sha256: 'SHA256',
  sha2: 'SHA256',
  eddsa: 'EdDSA',
  ed25519: 'EdDSA',
  hmacsha256: 'HMAC-SHA256',
};

/** Ignores case and punctuation, as Handle does; otherwise why the algorithm is refused. */
export function parseAlgorithm(type: KeyType, name: string): Algorithm | { readonly reason: string } {
  const plain = name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const found = Object.hasOwn(ALGORITHMS, plain) ? ALGORITHMS[plain] : undefined;
  const taken = type === 'HS_SECKEY' ? 'HMAC-SHA256' : 'SHA256 (RSA) or EdDSA (Ed25519)';
  if (/^(sha1?|md5)$/.test(plain)) return { reason: `alg ${name} is broken and refused; ${type} takes ${taken}` };
  if (found === undefined || (found === 'HMAC-SHA256') !== (type === 'HS_SECKEY'))
    return { reason: `alg is not taken; ${type} takes ${taken}` };
  return found;
}

/** Null when the proof holds for the key in this value; otherwise why not. */
export function whyNotProven(data: ValueData, { type, alg, signature, signed }: Proof): string | null {
  if (type === 'HS_SECKEY') {
    const secret = secretOf(data);
    const code = createHmac('sha256', secret ?? '')
      .update(signed)
      .digest();
    return isEqual(code, signature) && secret !== null ? null : 'the code is not that of the key';
  }
  const found = publicKeyOf(data);
  if ('reason' in found) return found.reason;
  const { key, kind } = found;
  if ((kind === 'ed25519') !== (alg === 'EdDSA')) return `alg ${alg} does not belong to the key, which is ${kind}`;
  return verify(kind === 'rsa' ? 'sha256' : null, signed, key, signature)
    ? null
    : 'the signature is not that of the key';
}

/** Whether this is the secret of an HS_SECKEY value. Takes the same time for every wrong one, and for a value that has none. */
export function isSecretOf(data: ValueData | null, secret: Buffer): boolean {
  const own = data === null ? null : secretOf(data);
  return isEqual(own ?? Buffer.alloc(0), secret) && own !== null;
}

/** The bytes of a secret key; none of a value that holds no bytes, or no bytes at all. */
export function secretOf(data: ValueData): Buffer | null {
  const bytes = bytesOf(data);
  return bytes === null || bytes.length === 0 ? null : bytes;
}

function bytesOf(data: ValueData): Buffer | null {
  switch (data.format) {
    case 'string':
      return Buffer.from(data.value);
    case 'base64':
    case 'hex':
      return Buffer.from(data.value, data.format);
    default:
      return null;
  }
}

/** Hashes have one length, so that not even the length of the secret shows in the time. */
function isEqual(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
