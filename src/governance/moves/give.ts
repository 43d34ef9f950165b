import type { MoveTotal } from '../../../proto/http/moves.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { type Governing, governPrefix } from '../allotments/govern-prefixes.ts';
import type { Actor } from '../audit/append-audit.ts';
import { auditMove } from './audit-move.ts';
import { readTotal } from './digests.ts';
import { FREEZE, freeze, lockWriters, unfreeze } from './freeze.ts';
import { assertPeer, lockMove, type Move, setMove } from './move.ts';
import { dropGrant, notNow } from './offer-move.ts';

/** Nothing is written below the prefix for some seconds: those who write now have ended, and are in what is read from now on. */
export function freezeFor(database: Database, prefix: Prefix, caller: Actor): Promise<Move> {
  return database.transaction(async (tx) => {
    await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    assertPeer(move, caller);
    if (move.state !== 'offered') throw notNow(move);
    await freeze(tx, prefix, FREEZE);
    return move;
  });
}

/**
 * The decision: the target holds all of it, which is compared here once more, under the lock of the prefix. Of a move `out` the
 * same transaction refers to the target from now on. Of a move `back` the prefix goes on to be answered here, and is never
 * written here again: the target refers to itself first, then releases this node. Once more: the same answer.
 */
export function giveAway(database: Database, prefix: Prefix, held: MoveTotal, governing: Governing): Promise<Move> {
  return database.transaction(async (tx) => {
    const { hosted, frozen } = await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    assertPeer(move, governing.actor);
    if (move.state === 'given' || move.state === 'done') return move;
    if (move.state !== 'offered') throw notNow(move);
    if (!hosted) throw refused(prefix, 'is not hosted here any more');
    if (!frozen) throw refused(prefix, 'was written again in the meantime: begin anew');
    const total = await readTotal(tx, prefix);
    if (total.identifiers !== held.identifiers || total.digest !== held.digest) {
      throw refused(
        prefix,
        `holds ${total.identifiers} identifiers (${total.digest}) here, ${held.identifiers} (${held.digest}) there`,
      );
    }
    if (move.direction === 'out') {
      await governPrefix(tx, prefix, { site: move.site }, because(governing));
      await unfreeze(tx, prefix);
    } else await freeze(tx, prefix, 'for good');
    const text = 'update moves set identifiers = $2, digest = $3 where prefix = $1';
    await tx.query(text, [prefix, total.identifiers, total.digest]);
    const given = await setMove(tx, move, { state: 'given' });
    await auditMove(tx, 'give', governing.actor, given);
    return given;
  });
}

/** The target answers. Of a move `back` this node refers to it from now on; its own rows stay as history, and are not served. */
export function release(database: Database, prefix: Prefix, governing: Governing): Promise<Move> {
  return database.transaction(async (tx) => {
    await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    assertPeer(move, governing.actor);
    if (move.state === 'done') return move;
    if (move.state !== 'given') throw notNow(move);
    if (move.direction === 'back') {
      await governPrefix(tx, prefix, { site: move.site }, because(governing));
      await unfreeze(tx, prefix);
    }
    await dropGrant(tx, prefix);
    const done = await setMove(tx, move, { state: 'done' });
    await auditMove(tx, 'release', governing.actor, done);
    return done;
  });
}

/** What the audit and the holder are told. */
export function because(governing: Governing): Governing {
  return { ...governing, reason: 'moved with all that it holds' };
}

function refused(prefix: Prefix, reason: string): KapokError {
  return new KapokError('MOVE_REFUSED', { message: `Prefix ${prefix} ${reason}`, subject: prefix });
}
