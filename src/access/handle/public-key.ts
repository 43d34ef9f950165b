import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { ValueData } from '../../record/value.ts';

/** Shorter moduli are within reach of an attacker's means (NIST SP 800-131A); longer ones cost every check too much time. */
const RSA_BITS = { min: 2048, max: 8192 };
/** A large exponent would make one check cost as much as a signature. */
const MAX_EXPONENT = 0xffff_ffffn;
/** A PEM text of RSA 8192 has some 1,500 characters. */
const MAX_PEM = 4_096;

export type PublicKey = { readonly key: KeyObject; readonly kind: 'rsa' | 'ed25519' };

/** The public key that an HS_PUBKEY value holds, as a JSON Web Key or as PEM text (SPKI); otherwise why it cannot be used. */
export function publicKeyOf(data: ValueData): PublicKey | { readonly reason: string } {
  const key = readKey(data);
  if (key === null) return { reason: 'the value holds no public key that can be read: a JSON Web Key or PEM' };
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return { key, kind: 'ed25519' };
  if (type !== 'rsa') return { reason: 'the key is neither RSA nor Ed25519' };
  const { modulusLength = 0, publicExponent = 0n } = details ?? {};
  if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max)
    return { reason: `the key has ${modulusLength} bits; RSA takes ${RSA_BITS.min} to ${RSA_BITS.max}` };
  if (publicExponent > MAX_EXPONENT) return { reason: 'the public exponent of the key has over 32 bits' };
  return { key, kind: 'rsa' };
}

function readKey(data: ValueData): KeyObject | null {
  try {
    if (data.format === 'key') return createPublicKey({ key: data.value as JsonWebKey, format: 'jwk' });
    if (data.format !== 'string' || data.value.length > MAX_PEM) return null;
    // A private key would be taken too, and its public half used.
    if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(data.value)) return null;
    return createPublicKey({ key: data.value, format: 'pem' });
  } catch {
    return null;
  }
}
