import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { KapokError } from '../../errors/kapok-error.ts';

/** Whom a deposit is sealed for, as people pass it on: an X25519 public key (RFC 7748), its 32 bytes in base64url. */
export type Recipient = `x25519:${string}`;

const RECIPIENT = /^x25519:[A-Za-z0-9_-]{43}$/;

export function isRecipient(text: unknown): text is Recipient {
  return typeof text === 'string' && RECIPIENT.test(text);
}

/** Throws BAD_REQUEST that names the field. */
export function parseRecipient(text: string, at: string): Recipient {
  if (isRecipient(text) && isUsable(text)) return text;
  const message = `${at} must be "x25519:" and the 43 characters that \`kapok escrow keygen\` printed`;
  throw new KapokError('BAD_REQUEST', { message, at });
}

/** With a few public keys every agreement has the same result (RFC 7748 §6.1); OpenSSL refuses them. */
function isUsable(recipient: Recipient): boolean {
  const { privateKey } = generateKeyPairSync('x25519');
  try {
    return diffieHellman({ privateKey, publicKey: importRecipient(recipient) }).length > 0;
  } catch {
    // That it fails is the answer.
    return false;
  }
}

/** The key that opens what is sealed for its public half. Throws DEPOSIT_KEY when the text holds none. */
export function readOpeningKey(pem: string): KeyObject {
  let key: KeyObject | null = null;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new KapokError('DEPOSIT_KEY', { message: 'The file of the key holds no private key in PEM', cause });
  }
  if (key.asymmetricKeyType === 'x25519') return key;
  throw new KapokError('DEPOSIT_KEY', { message: `The key is one of ${key.asymmetricKeyType}, not of X25519` });
}

/** Of a private or a public key. */
export function recipientOf(key: KeyObject): Recipient {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return `x25519:${x}`;
}

export function importRecipient(recipient: Recipient): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: recipient.slice('x25519:'.length) }, format: 'jwk' });
}
