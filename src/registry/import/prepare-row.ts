import { KapokError } from '../../errors/kapok-error.ts';
import {
  assertRegistrable,
  type Identifier,
  parseIdentifier,
  type SuffixCase,
  suffixKey,
} from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { assertRecordFits, parseValues } from '../../record/parse-value.ts';
import { columnsOf, type RecordColumns } from '../stored-record.ts';
import type { BrokenRow, RawRow, RowResult } from './rows.ts';

/** A row that can be stored. */
export interface ReadyRow extends RecordColumns {
  readonly line: number;
  readonly identifier: Identifier;
  readonly suffixKey: string;
}

/** Throws when the caller may not write below this prefix, or it is not hosted here; answers how suffixes compare. */
export type AuthorizePrefix = (prefix: Prefix) => SuffixCase;

export function prepareRow(row: RawRow | BrokenRow, authorize: AuthorizePrefix, now: Date): ReadyRow | RowResult {
  try {
    if ('broken' in row) throw new KapokError('BAD_REQUEST', { message: row.broken });
    if (typeof row.identifier !== 'string')
      throw new KapokError('INVALID_IDENTIFIER', { message: 'The row has no identifier' });
    const identifier = parseIdentifier(row.identifier);
    assertRegistrable(identifier);
    const suffixCase = authorize(identifier.prefix);
    const columns = columnsOf({ values: parseValues(row.values, now) });
    assertRecordFits(columns.record ?? '');
    return { line: row.line, identifier, suffixKey: suffixKey(identifier.suffix, suffixCase), ...columns };
  } catch (error) {
    if (error instanceof KapokError) return failedRow(row, error);
    throw error;
  }
}

export function failedRow(row: { line: number; identifier?: unknown }, error: KapokError): RowResult {
  const { responseCode, code, message } = error;
  const identifier = typeof row.identifier === 'string' ? row.identifier.slice(0, 2048) : null;
  return { line: row.line, identifier, outcome: 'failed', responseCode, code, message };
}
