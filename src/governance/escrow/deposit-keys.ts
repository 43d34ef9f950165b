import type { KeyObject } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Recipient } from './recipient.ts';
import { open, seal } from './seal.ts';

/** What a node has that is not in its rows, or not in the clear. */
export interface NodeKeys {
  /** PKCS #8 of its Ed25519 key: the node is who holds it. Null: it has none yet. */
  readonly nodeKey: Buffer | null;
  /** By which personal data is sealed in its rows. Null: nothing is, or the process that made the deposit had no such key. */
  readonly secretKey: Buffer | null;
}

export async function readKeys(tx: Queryable, secrets: Pick<Secrets, 'findKey'>): Promise<NodeKeys> {
  const [row] = await tx.query<{ private_key: Buffer | null }>('select private_key from node');
  return { nodeKey: row?.private_key ?? null, secretKey: await secrets.findKey() };
}

/** Sealed on their own, so that whoever opens the rows need not be who may be the node, or read personal data. */
export async function sealKeys({ nodeKey, secretKey }: NodeKeys, recipient: Recipient): Promise<string> {
  const text = JSON.stringify({ nodeKey: encode(nodeKey), secretKey: encode(secretKey) });
  return (await collect(seal(one(Buffer.from(text)), recipient))).toString('base64');
}

export async function openKeys(sealed: string, key: KeyObject): Promise<NodeKeys> {
  const plain = await collect(open(one(Buffer.from(sealed, 'base64')), key));
  try {
    const { nodeKey, secretKey } = JSON.parse(plain.toString('utf8')) as Record<keyof NodeKeys, string | null>;
    return { nodeKey: decode(nodeKey), secretKey: decode(secretKey) };
  } catch (cause) {
    throw new KapokError('DEPOSIT_ALTERED', { message: 'Its keys are none', cause });
  }
}

function encode(key: Buffer | null): string | null {
  return key === null ? null : key.toString('base64');
}

function decode(key: string | null): Buffer | null {
  return key === null ? null : Buffer.from(key, 'base64');
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
