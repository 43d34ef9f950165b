import { createHmac, createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type HandleAuthorization, printHandleAuthorization } from '../access/handle/authorization.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { createLazyClient } from './lazy-client.ts';
import type { Target } from './target.ts';

/** What proves a key: the private half of an HS_PUBKEY, or the secret of an HS_SECKEY. */
export type OwnKey = { readonly privateKey: KeyObject } | { readonly secret: Buffer };

export function readPrivateKey(file: string): OwnKey {
  try {
    return { privateKey: createPrivateKey(readFileSync(file)) };
  } catch (cause) {
    throw new KapokError('INVALID_SETTING', { message: `${file} cannot be read as a private key in PEM`, cause });
  }
}

/** The end of the last line is no part of a secret. */
export function readSecret(file: string): OwnKey {
  return { secret: Buffer.from(readText(file).replace(/\r?\n$/, '')) };
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KapokError('INVALID_SETTING', { message: `${file} cannot be read`, cause });
  }
}

/** Opens a session at a node and signs its nonce: the header that proves the key. */
export async function proveKey({ url }: Target, id: string, key: OwnKey): Promise<string> {
  const { sessionId, nonce } = await createLazyClient({ url, token: undefined }).openSession();
  const cnonce = randomBytes(16);
  const signed = Buffer.concat([Buffer.from(nonce, 'base64'), cnonce]);
  return printHandleAuthorization({
    version: '0',
    sessionId,
    cnonce: cnonce.toString('base64'),
    id,
    ...proofOf(key, signed),
  });
}

function proofOf(key: OwnKey, signed: Buffer): HandleAuthorization {
  if ('secret' in key) {
    const code = createHmac('sha256', key.secret).update(signed).digest('base64');
    return { type: 'HS_SECKEY', alg: 'HMAC-SHA256', signature: code };
  }
  const { privateKey } = key;
  const isEdwards = privateKey.asymmetricKeyType === 'ed25519';
  const signature = sign(isEdwards ? null : 'sha256', signed, privateKey).toString('base64');
  return { type: 'HS_PUBKEY', alg: isEdwards ? 'EdDSA' : 'SHA256', signature };
}
