import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Key } from '../record/value.ts';

/** How grants and signatures name a node: the SHA-256 of its raw public key, base64url. */
export type NodeSubject = `node:${string}`;

/** The Ed25519 key of this node. The private part never leaves this object. */
export interface NodeKey {
  readonly subject: NodeSubject;
  /** The public part as a JSON Web Key (RFC 8037 §2). */
  readonly publicKey: Key;
  /** The 64 bytes of RFC 8032. */
  sign(data: Uint8Array): Buffer;
}

/** The key that the node's database holds, made at the first start. Processes that start at once agree on one. */
export async function openNodeKey(database: Database): Promise<NodeKey> {
  const held = await readKey(database);
  if (held !== null) return createNodeKey(held);
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = privateKey.export({ format: 'der', type: 'pkcs8' });
  // Whoever comes second waits for the row, finds it filled, and takes what is there.
  await database.query('update node set private_key = $1 where private_key is null', [made]);
  const kept = await readKey(database);
  if (kept === null) throw new Error('The table "node" keeps no key');
  return createNodeKey(kept);
}

export function createNodeKey(pkcs8: Buffer): NodeKey {
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey: Key = { kty: 'OKP', crv: 'Ed25519', x };
  return { subject: subjectOfKey(publicKey), publicKey, sign: (data) => sign(null, data, privateKey) };
}

/** Whether a key of a site can verify what nodes sign. Sites of other software may have RSA or DSA keys. */
export function isNodeKey(key: Key | undefined): key is Key & { readonly x: string } {
  return key?.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.x === 'string' && /^[A-Za-z0-9_-]{43}$/.test(key.x);
}

export function subjectOfKey({ x }: Key): NodeSubject {
  const raw = Buffer.from(String(x), 'base64url');
  return `node:${createHash('sha256').update(raw).digest('base64url')}`;
}

/** The public key of 32 raw bytes in base64url, ready to verify with. */
export function importNodeKey(x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

async function readKey(database: Database): Promise<Buffer | null> {
  const [row] = await database.query<{ private_key: Buffer | null }>('select private_key from node');
  return row?.private_key ?? null;
}
