import type { Move as MoveJson } from '../../../proto/http/moves.ts';
import type { NodeSubject } from '../../access/node-key.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { httpUrlsOf, type Site } from '../../record/site.ts';

export type MoveState = MoveJson['state'];

/**
 * A move of one prefix with all that it holds, as this node sees it.
 *
 * A source: offered → given → done, or cancelled. A target: pulling → finishing → taken → done; failed and cancelled may be
 * pulled again. `given` is the point of no return, and lies at the source alone: from `finishing` on a target does not know
 * on which side of it the source is, and asks until it does.
 */
export interface Move {
  readonly prefix: Prefix;
  readonly id: string;
  readonly side: MoveJson['side'];
  /** `out`: the source is the node above, and will refer to the target; `back`: the target is. */
  readonly direction: MoveJson['direction'];
  readonly state: MoveState;
  readonly peer: NodeSubject;
  readonly site: Site;
  readonly actor: string;
  readonly identifiers: number | null;
  readonly digest: string | null;
  readonly copied: number;
  readonly error: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const MOVE_COLUMNS = `prefix, id, side, direction, state, peer, site, actor, identifiers, digest, copied, error,
  ${utc('created_at', 'createdAt')}, ${utc('updated_at', 'updatedAt')}`;

export type MoveRow = Move & Record<string, unknown>;

export async function findMove(database: Queryable, prefix: Prefix): Promise<Move | null> {
  const [row] = await database.query<MoveRow>(`select ${MOVE_COLUMNS} from moves where prefix = $1`, [prefix]);
  return row ?? null;
}

/** A target that has not ended. */
export function isPulling({ side, state }: Pick<Move, 'side' | 'state'>): boolean {
  return side === 'target' && ['pulling', 'finishing', 'taken'].includes(state);
}

/** The move, locked until the end of the transaction. Throws MOVE_NOT_FOUND. */
export async function lockMove(tx: Queryable, prefix: Prefix): Promise<Move> {
  const [row] = await tx.query<MoveRow>(`select ${MOVE_COLUMNS} from moves where prefix = $1 for update`, [prefix]);
  if (row === undefined) throw new KapokError('MOVE_NOT_FOUND', { subject: prefix });
  return row;
}

export async function setMove(
  tx: Queryable,
  { prefix, id }: Pick<Move, 'prefix' | 'id'>,
  { state, error = null }: { state: MoveState; error?: string | null },
): Promise<Move> {
  const text = `update moves set state = $3, error = $4, updated_at = now() where prefix = $1 and id = $2 returning ${MOVE_COLUMNS}`;
  const [row] = await tx.query<MoveRow>(text, [prefix, id, state, error]);
  if (row === undefined) throw new KapokError('MOVE_NOT_FOUND', { subject: prefix });
  return row;
}

/** The move that the source has offered to this caller. Throws MOVE_NOT_FOUND to everybody else, who learns nothing. */
export function assertPeer(move: Move | null, caller: { readonly subject: string | null }): asserts move is Move {
  if (move?.side === 'source' && move.peer === caller.subject) return;
  throw new KapokError('MOVE_NOT_FOUND');
}

export function moveJson({ site, actor: _, ...move }: Move): MoveJson {
  return { ...move, url: httpUrlsOf(site)[0] ?? '' };
}
