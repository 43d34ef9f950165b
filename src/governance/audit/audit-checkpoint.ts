import type { NodeKey } from '../../access/node-key.ts';
import type { Queryable } from '../../database/database.ts';
import { isStatementSigned, type Keyed, signStatement } from './signed-statement.ts';

/** What a node says of the entries that it has removed from the beginning of its chain. */
export interface AuditCheckpoint extends Keyed {
  /** The node's prefix, or "resolver". */
  readonly node: string;
  /** RFC 3339, UTC: when they were removed. */
  readonly at: string;
  /** The last entry that was removed, and its hash: the first that is left follows it. */
  readonly seq: number;
  readonly hash: string;
}

/** The first line of an export of a chain whose first entries were removed. */
export interface SignedCheckpoint {
  readonly checkpoint: AuditCheckpoint;
  /** Ed25519, base64url. */
  readonly signature: string;
}

const DOMAIN = 'kapok audit checkpoint';

export function signCheckpoint(checkpoint: Omit<AuditCheckpoint, 'key'>, key: NodeKey): SignedCheckpoint {
  const { statement, signature } = signStatement(DOMAIN, checkpoint, key);
  return { checkpoint: statement, signature };
}

export function isCheckpointSigned({ checkpoint, signature }: SignedCheckpoint): boolean {
  return isStatementSigned(DOMAIN, checkpoint, signature);
}

/** The last one; null: nothing was ever removed. */
export async function findCheckpoint(database: Queryable): Promise<SignedCheckpoint | null> {
  const text = 'select signed from audit_checkpoints order by seq desc limit 1';
  const [row] = await database.query<{ signed: SignedCheckpoint }>(text);
  return row?.signed ?? null;
}
