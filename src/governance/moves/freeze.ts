import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { lockAllotment } from '../allotments/allotment-table.ts';

/** Seconds that nothing is written below a prefix after the target has asked for it last: if it dies, writing goes on. */
export const FREEZE = 30;

export interface FrozenState {
  readonly hosted: boolean;
  readonly frozen: boolean;
}

/** The prefix, locked so that all its writers have ended, and those to come wait. Throws PREFIX_NOT_FOUND. */
export async function lockWriters(tx: Queryable, prefix: Prefix): Promise<FrozenState> {
  // First, and in its order: what governs prefixes waits there, and for nobody who waits for this.
  await lockAllotment(tx, prefix);
  // Stronger than the `for key share` of every writer, which an update alone would not be.
  const text = `select site is null as hosted, coalesce(frozen_until > clock_timestamp(), false) as frozen
    from prefixes where prefix = $1 for update`;
  const [row] = await tx.query<FrozenState & Record<string, unknown>>(text, [prefix]);
  if (row === undefined) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
  return row;
}

/** After `lockWriters`: from the commit on, writers are refused. */
export async function freeze(tx: Queryable, prefix: Prefix, seconds: number | 'for good'): Promise<void> {
  const until = seconds === 'for good' ? `'infinity'` : `clock_timestamp() + make_interval(secs => ${seconds})`;
  await tx.query(`update prefixes set frozen_until = ${until} where prefix = $1`, [prefix]);
}

export async function unfreeze(tx: Queryable, prefix: Prefix): Promise<void> {
  await tx.query('update prefixes set frozen_until = null where prefix = $1', [prefix]);
}

/** While a target asks, its freeze goes on; one that has run out is not renewed, for there may have been writes. */
export async function renewFreeze(database: Queryable, prefix: Prefix): Promise<void> {
  const text = `update prefixes set frozen_until = clock_timestamp() + make_interval(secs => ${FREEZE})
    where prefix = $1 and frozen_until > clock_timestamp() and frozen_until < clock_timestamp() + make_interval(secs => ${FREEZE / 2})`;
  await database.query(text, [prefix]);
}
