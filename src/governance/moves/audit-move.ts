import type { Queryable } from '../../database/database.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import type { Move } from './move.ts';

/** Records what was done to a move, in the transaction that does it. */
export function auditMove(tx: Queryable, verb: string, actor: Actor, move: Move): Promise<void> {
  const { prefix, id, side, direction, state, peer, identifiers, digest } = move;
  const after = { side, direction, state, peer, ...(digest === null ? {} : { identifiers, digest }) };
  return appendAudit(tx, { action: `move.${verb}`, actor, kind: 'move', id, prefix, after });
}
