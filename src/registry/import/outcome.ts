import { KapokError } from '../../errors/kapok-error.ts';
import { failedRow, type ReadyRow } from './prepare-row.ts';
import type { RowResult } from './rows.ts';

/** What became of a row: the version that it is now, or why it was refused. */
export type Outcome = number | KapokError;

export function resultOf({ line, identifier }: ReadyRow, outcome: Outcome): RowResult {
  const { text } = identifier;
  if (outcome instanceof KapokError) return failedRow({ line, identifier: text }, outcome);
  return { line, identifier: text, outcome: outcome === 1 ? 'created' : 'replaced', version: outcome };
}
