import type { Queryable } from '../../database/database.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { ReadyRow } from './prepare-row.ts';

// As for a single write: whoever changes how a prefix compares case waits, then finds the records, or has gone before.
const HOLD = {
  name: 'import_hold_cases',
  text: 'select prefix, suffix_case as "suffixCase" from prefixes where prefix = any($1) order by prefix for key share',
};

/** Holds how prefixes compare case until the end of the transaction; answers the rows whose names were folded otherwise. */
export async function holdCases(tx: Queryable, rows: readonly ReadyRow[]): Promise<ReadonlySet<ReadyRow>> {
  const prefixes = [...new Set(rows.map(({ identifier }) => identifier.prefix))];
  const held = await tx.query<{ prefix: Prefix; suffixCase: SuffixCase }>(HOLD, [prefixes]);
  const cases = new Map(held.map(({ prefix, suffixCase }) => [prefix, suffixCase]));
  return new Set(
    rows.filter(({ identifier, suffixCase }) => (cases.get(identifier.prefix) ?? suffixCase) !== suffixCase),
  );
}
