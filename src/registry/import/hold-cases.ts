import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { FROZEN, moving } from '../assert-not-frozen.ts';
import type { ReadyRow } from './prepare-row.ts';

// As for a single write: whoever changes how a prefix compares case waits, then finds the records, or has gone before.
const HOLD = {
  name: 'import_hold_cases',
  text: `select prefix, suffix_case as "suffixCase", ${FROZEN} as frozen from prefixes
    where prefix = any($1) order by prefix for key share`,
};

type Held = { prefix: Prefix; suffixCase: SuffixCase; frozen: boolean };

/**
 * Holds how prefixes compare case, and that they do not move to another node, until the end of the transaction; answers the
 * rows that come too late, with the reason.
 */
export async function holdCases(tx: Queryable, rows: readonly ReadyRow[]): Promise<ReadonlyMap<ReadyRow, KapokError>> {
  const prefixes = [...new Set(rows.map(({ identifier }) => identifier.prefix))];
  const held = await tx.query<Held>(HOLD, [prefixes]);
  const known = new Map(held.map((row) => [row.prefix, row]));
  const late = new Map<ReadyRow, KapokError>();
  for (const row of rows) {
    const { prefix } = row.identifier;
    const at = known.get(prefix);
    if (at?.frozen) late.set(row, moving(prefix));
    else if (at !== undefined && at.suffixCase !== row.suffixCase) late.set(row, caseChanged(row));
  }
  return late;
}

function caseChanged({ identifier }: ReadyRow): KapokError {
  const message = `How the suffixes of ${identifier.prefix} are compared has changed at this moment; send the row again`;
  return new KapokError('PREFIX_STATE', { message, subject: identifier.text });
}
