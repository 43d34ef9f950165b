import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Value, ValueData } from '../../../src/record/value.ts';

export const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const OTHER_RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const WEAK_RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });
export const ED25519 = generateKeyPairSync('ed25519');
export const SECRET = 'correct horse battery';

export function jwkOf(key: KeyObject): ValueData {
  return { format: 'key', value: key.export({ format: 'jwk' }) as { kty: string } };
}

export function pemOf(key: KeyObject): ValueData {
  return { format: 'string', value: key.export({ format: 'pem', type: 'spki' }).toString() };
}

export function valueAt(index: number, type: string, data: ValueData, extra: Partial<Value> = {}): Value {
  return { index, type, data, ttl: 86_400, timestamp: '2026-01-01T00:00:00Z', ...extra };
}

export function signWith(key: KeyObject, signed: Buffer, hash = 'sha256'): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : hash, signed, key);
}

export function codeOf(secret: string, signed: Buffer): Buffer {
  return createHmac('sha256', secret).update(signed).digest();
}
