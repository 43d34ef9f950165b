import type { Filing } from '../../../proto/http/filings.ts';
import { type Party, possibleActions } from '../machine.ts';
import { FILING_TRANSITIONS, TO_DECIDE } from './filing-machine.ts';
import type { FilingRow } from './filing-table.ts';
import { missingFields } from './missing-fields.ts';
import { dayOf } from './working-days.ts';

/** A filing as its organisation and the authority see it; `parties`: what of these the caller is. */
export function answerOfFiling(row: FilingRow, { parties, now }: { parties: readonly Party[]; now: Date }): Filing {
  const { kind, state, data, pending, due } = row;
  const missing = missingFields(kind, pending ?? data);
  const possible = parties.flatMap((party) => possibleActions(FILING_TRANSITIONS, state, party));
  const late = due !== null && TO_DECIDE.has(state) && due < dayOf(now);
  return { ...row, complete: missing.length === 0, missing, late, possible };
}
