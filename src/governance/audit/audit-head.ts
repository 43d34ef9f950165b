import type { NodeKey } from '../../access/node-key.ts';
import { isStatementSigned, type Keyed, signStatement } from './signed-statement.ts';

/** What a node says of its chain when it gives it away. */
export interface AuditHead extends Keyed {
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
}

/** The last line of an export. */
export interface SignedHead {
  readonly head: AuditHead;
  /** Ed25519, base64url. */
  readonly signature: string;
}

const DOMAIN = 'kapok audit head';

export function signHead(head: Omit<AuditHead, 'key'>, key: NodeKey): SignedHead {
  const { statement, signature } = signStatement(DOMAIN, head, key);
  return { head: statement, signature };
}

export function isHeadSigned({ head, signature }: SignedHead): boolean {
  return isStatementSigned(DOMAIN, head, signature);
}
