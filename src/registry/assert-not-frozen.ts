import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';

/**
 * A column of `prefixes`: whether its contents are being moved to another node, and stand still; or have been, between the
 * moment at which the writer looked and this one.
 */
export const FROZEN = 'coalesce(frozen_until > clock_timestamp(), false) or site is not null';

// Whoever freezes takes the row `for update`: it waits for all who hold this lock, and those who come later wait for it.
const HOLD = {
  name: 'hold_unfrozen',
  text: `select ${FROZEN} as frozen from prefixes where prefix = $1 for key share`,
};

/**
 * Holds until the end of the transaction that nothing freezes the prefix. Throws PREFIX_MOVING when it is frozen. What writes
 * below a prefix asks here, or asks the same with a lock that it needs anyway (`CLAIM` of a record, `HOLD` of an import).
 */
export async function assertNotFrozen(tx: Queryable, prefix: Prefix): Promise<void> {
  const [row] = await tx.query<{ frozen: boolean }>(HOLD, [prefix]);
  if (row?.frozen) throw moving(prefix);
}

export function moving(prefix: Prefix): KapokError {
  const message = `Prefix ${prefix} is being moved to another node: it resolves, and is written again when that is over`;
  return new KapokError('PREFIX_MOVING', { message, subject: prefix });
}
