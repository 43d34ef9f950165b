import type { Database } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { touchPrefixIn } from '../../registry/write-prefixes.ts';
import type { Actor } from '../audit/append-audit.ts';
import { auditMove } from './audit-move.ts';
import { lockWriters, unfreeze } from './freeze.ts';
import { lockMove, type Move, setMove } from './move.ts';
import { notNow } from './offer-move.ts';

/**
 * Gives a pull up, unless the source is being asked to give the prefix away: it may have done so already; its side can be
 * cancelled, which this one will be told. What was copied to a node that would have hosted the prefix goes, for the source goes on writing it; of a
 * prefix that another node answers for it stays, unserved as before.
 */
export function cancelPull(database: Database, prefix: Prefix, actor: Actor): Promise<Move> {
  return database.transaction(async (tx) => {
    const { hosted } = await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    if (move.state !== 'pulling' && move.state !== 'failed') throw notNow(move);
    if (hosted) {
      await tx.query('delete from unique_values where holder_prefix = $1', [prefix]);
      await tx.query('delete from identifier_versions where prefix = $1', [prefix]);
      await tx.query('delete from identifiers where prefix = $1', [prefix]);
      await touchPrefixIn(tx, prefix);
    }
    await unfreeze(tx, prefix);
    const cancelled = await setMove(tx, move, { state: 'cancelled' });
    await auditMove(tx, 'cancel', actor, cancelled);
    return cancelled;
  });
}
