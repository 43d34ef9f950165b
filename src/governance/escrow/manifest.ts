import { createHash, verify } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { importNodeKey, type NodeKey, subjectOfKey } from '../../access/node-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';

const Count = Type.Integer({ minimum: 0 });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** All of a table at one moment: how many rows, and the sum of their 64-bit digests. */
export const TableState = Type.Object({ rows: Count, digest: Type.String({ pattern: '^\\d{1,20}$' }) });
export type TableState = Static<typeof TableState>;

/** What a deposit is, as the node that made it has signed it. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  id: Type.String({ format: 'uuid' }),
  /** The node's prefix, or "resolver". */
  name: Type.String({ maxLength: 128 }),
  /** The public key it is signed with: 32 bytes, base64url. */
  signer: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  kind: Type.Union([Type.Literal('full'), Type.Literal('incremental')]),
  /** The deposit that an incremental one goes on from. */
  previous: Type.Union([Type.String({ format: 'uuid' }), Type.Null()]),
  /** The number of the last change that it holds. */
  watermark: Count,
  /** RFC 3339, UTC. */
  madeAt: Type.String({ maxLength: 40 }),
  recipient: Type.String({ maxLength: 60 }),
  /** The node's private keys, sealed on their own, base64; null: left out. */
  keys: Type.Union([Type.String({ maxLength: 65_536 }), Type.Null()]),
  /** Of the sealed data, which precedes the manifest. */
  bytes: Count,
  sha256: Sha256,
  /** The schema of the rows: migrations in their order. */
  migrations: Type.Array(Type.Object({ name: Type.String({ maxLength: 255 }), sha256: Sha256 }), { maxItems: 10_000 }),
  /** Rows in this deposit, by table. */
  rows: Type.Record(Type.String(), Count),
  /** The greatest number of each table whose rows are only appended. */
  marks: Type.Record(Type.String(), Count),
  /** All tables of the node after this deposit: what a restore must come to. */
  state: Type.Record(Type.String(), TableState),
});
export type Manifest = Static<typeof Manifest>;

/** One digest of a whole node: two that have the same hold the same rows. */
export function digestOfState(state: Manifest['state']): string {
  const tables = Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(tables.map(([table, { rows, digest }]) => [table, rows, digest]));
  return createHash('sha256').update(text).digest('hex');
}

/** Who signed it, as `kapok escrow verify` names it. */
export function signerOf({ signer }: Manifest): string {
  return subjectOfKey({ kty: 'OKP', crv: 'Ed25519', x: signer });
}

// A signature of a manifest can be taken for none of anything else that the node signs.
const DOMAIN = Buffer.from('kapok deposit manifest\0');

export function signManifest(manifest: Manifest, key: NodeKey): { text: Buffer; signature: Buffer } {
  const text = Buffer.from(JSON.stringify(manifest));
  return { text, signature: key.sign(Buffer.concat([DOMAIN, text])) };
}

/** Throws DEPOSIT_ALTERED when it is no manifest that the key in it has signed. */
export function parseManifest(text: Buffer, signature: Buffer): Manifest {
  const manifest = parse(text);
  if (!Value.Check(Manifest, manifest)) throw new KapokError('DEPOSIT_ALTERED', { message: 'Its manifest is none' });
  if (verify(null, Buffer.concat([DOMAIN, text]), importNodeKey(manifest.signer), signature)) return manifest;
  throw new KapokError('DEPOSIT_ALTERED', { message: 'Its manifest is not what its node has signed' });
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    // What is no JSON is no manifest either: the check that follows says so.
    return null;
  }
}
