import { verify } from 'node:crypto';
import { importNodeKey, isNodeKey, type NodeKey } from '../../access/node-key.ts';
import { canonicalJson } from './canonical-json.ts';

/** What a node has signed with the key that it names: 32 raw bytes of Ed25519, base64url. */
export interface Keyed {
  readonly key: string;
}

/** The statement with the key, and the signature of both, base64url. `domain` keeps one kind of statement from passing for another. */
export function signStatement<S extends object>(
  domain: string,
  statement: S,
  key: NodeKey,
): { statement: S & Keyed; signature: string } {
  const whole = { ...statement, key: String(key.publicKey.x) };
  return { statement: whole, signature: key.sign(signedBytes(domain, whole)).toString('base64url') };
}

/** Whether it was signed with the key that it names. */
export function isStatementSigned(domain: string, statement: Keyed, signature: string): boolean {
  if (!isNodeKey({ kty: 'OKP', crv: 'Ed25519', x: statement.key })) return false;
  const bytes = signedBytes(domain, statement);
  return verify(null, bytes, importNodeKey(statement.key), Buffer.from(signature, 'base64url'));
}

function signedBytes(domain: string, statement: object): Buffer {
  return Buffer.from(`${domain}\n${canonicalJson(statement)}`);
}
