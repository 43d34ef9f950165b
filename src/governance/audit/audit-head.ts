import { verify } from 'node:crypto';
import { importNodeKey, isNodeKey, type NodeKey } from '../../access/node-key.ts';
import { canonicalJson } from './canonical-json.ts';

/** What a node says of its chain when it gives it away. */
export interface AuditHead {
  /** The node's prefix, or "resolver". */
  readonly node: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The entries that were asked for begin after this one; 0: with the first. */
  readonly after: number;
  /** The last entry, and how many there are up to it. */
  readonly seq: number;
  readonly count: number;
  readonly hash: string;
  /** The node's Ed25519 key: 32 raw bytes, base64url. */
  readonly key: string;
}

/** The last line of an export. */
export interface SignedHead {
  readonly head: AuditHead;
  /** Ed25519, base64url. */
  readonly signature: string;
}

/** So that nothing else that the node signs can pass for the head of its audit log. */
const DOMAIN = 'kapok audit head\n';

export function signHead(head: Omit<AuditHead, 'key'>, key: NodeKey): SignedHead {
  const whole = { ...head, key: String(key.publicKey.x) };
  return { head: whole, signature: key.sign(signedBytes(whole)).toString('base64url') };
}

/** Whether it was signed with the key that it names. */
export function isHeadSigned({ head, signature }: SignedHead): boolean {
  if (!isNodeKey({ kty: 'OKP', crv: 'Ed25519', x: head.key })) return false;
  return verify(null, signedBytes(head), importNodeKey(head.key), Buffer.from(signature, 'base64url'));
}

function signedBytes(head: AuditHead): Buffer {
  return Buffer.from(`${DOMAIN}${canonicalJson(head)}`);
}
