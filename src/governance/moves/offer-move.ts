import { type NodeSubject, subjectOfKey } from '../../access/node-key.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { type Site, siteOfUrl } from '../../record/site.ts';
import type { Key } from '../../record/value.ts';
import type { Actor } from '../audit/append-audit.ts';
import { auditMove } from './audit-move.ts';
import { lockWriters } from './freeze.ts';
import { lockMove, MOVE_COLUMNS, type Move, type MoveRow, setMove } from './move.ts';

export interface NewMove {
  readonly prefix: Prefix;
  readonly direction: Move['direction'];
  readonly peer: { readonly url: string; readonly key: Key };
  /** Who starts it. */
  readonly actor: Actor;
}

// One that is under way stays as it is: `state` of the row that would be replaced.
const OPEN = `insert into moves as m (prefix, side, direction, state, peer, site, actor) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (prefix) do update set id = excluded.id, side = excluded.side, direction = excluded.direction, state = excluded.state,
    peer = excluded.peer, site = excluded.site, actor = excluded.actor, identifiers = null, digest = null, copied = 0, error = null,
    holder = null, held_until = null, created_at = now(), updated_at = now()
    where m.state in ('done', 'failed', 'cancelled', 'offered')
  returning ${MOVE_COLUMNS}`;

/** Opens a move in the place of one that is over. Throws MOVE_REFUSED when one is under way. */
export async function openMove(tx: Queryable, side: Move['side'], move: NewMove): Promise<Move> {
  const { prefix, direction, peer, actor } = move;
  const site: Site = siteOfUrl(peer.url, { publicKey: peer.key });
  const subject: NodeSubject = subjectOfKey(peer.key);
  const state = side === 'source' ? 'offered' : 'pulling';
  const values = [prefix, side, direction, state, subject, JSON.stringify(site), actor.id];
  const [row] = await tx.query<MoveRow>(OPEN, values);
  if (row !== undefined) return row;
  const message = `A move of ${prefix} is under way: GET /api/v1/moves/${prefix} shows it`;
  throw new KapokError('MOVE_REFUSED', { message, subject: prefix });
}

/**
 * Offers a prefix that is hosted here to another node: from now on that node's key may read all that the prefix holds, and
 * take it over. Nothing changes for anybody else until it begins to.
 */
export function offerMove(database: Database, move: NewMove): Promise<Move> {
  return database.transaction((tx) => offerMoveIn(tx, move));
}

/** The same, in a transaction of the caller's. */
export async function offerMoveIn(tx: Queryable, move: NewMove): Promise<Move> {
  const { prefix } = move;
  const { hosted } = await lockWriters(tx, prefix);
  if (!hosted)
    throw new KapokError('MOVE_REFUSED', { message: `Prefix ${prefix} is not hosted here`, subject: prefix });
  await dropGrant(tx, prefix);
  const opened = await openMove(tx, 'source', move);
  const grant = `insert into grants (scope, subject, role) values ($1, $2, 'mover') on conflict do nothing`;
  await tx.query(grant, [prefix, opened.peer]);
  await auditMove(tx, 'offer', move.actor, opened);
  return opened;
}

/** Nobody may take the prefix over any more. */
export async function dropGrant(tx: Queryable, prefix: Prefix): Promise<void> {
  await tx.query(`delete from grants where scope = $1 and role = 'mover'`, [prefix]);
}

/** Gives an offer up. Throws MOVE_REFUSED when the prefix has been given away: its target goes through with it. */
export function cancelOffer(database: Database, prefix: Prefix, actor: Actor): Promise<Move> {
  return database.transaction(async (tx) => {
    await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    if (move.state !== 'offered') throw notNow(move);
    await tx.query('update prefixes set frozen_until = null where prefix = $1', [prefix]);
    await dropGrant(tx, prefix);
    const cancelled = await setMove(tx, move, { state: 'cancelled' });
    await auditMove(tx, 'cancel', actor, cancelled);
    return cancelled;
  });
}

export function notNow({ prefix, side, state }: Move): KapokError {
  const message = `The move of ${prefix}, of which this node is the ${side}, is ${state}`;
  return new KapokError('MOVE_REFUSED', { message, subject: prefix });
}
