import { KapokError } from '../../errors/kapok-error.ts';
import {
  assertRegistrable,
  type Identifier,
  parseIdentifier,
  type SuffixCase,
  suffixKey,
} from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { invalid } from '../../record/checks.ts';
import { assertRecordFits, parseValues } from '../../record/parse-value.ts';
import type { Value } from '../../record/value.ts';
import type { TemplateFiller } from '../fill-template.ts';
import { columnsOf, type RecordColumns } from '../stored-record.ts';
import type { Templates } from '../templates.ts';
import type { BrokenRow, RawRow, RowResult } from './rows.ts';

/** A row that can be stored. */
export interface ReadyRow extends RecordColumns {
  readonly line: number;
  readonly identifier: Identifier;
  readonly suffixKey: string;
}

/** Throws when the caller may not write below this prefix, or it is not hosted here; answers how suffixes compare. */
export type AuthorizePrefix = (prefix: Prefix) => SuffixCase;

export interface Preparation {
  readonly authorize: AuthorizePrefix;
  readonly templates: Templates;
  readonly filler: TemplateFiller;
  readonly now: () => Date;
}

/** A promise only where a template must be asked for: the other rows are checked at once. */
export function prepareRow(
  row: RawRow | BrokenRow,
  preparation: Preparation,
): ReadyRow | RowResult | Promise<ReadyRow | RowResult> {
  try {
    if (!('broken' in row) && (row.template !== undefined || row.data !== undefined)) {
      return fill(row, preparation.filler)
        .then((filled) => prepareRow(filled, preparation))
        .catch(refuse(row));
    }
    const { ready, values } = parseRow(row, preparation);
    const checking = preparation.templates.assertFollows(values);
    return checking === undefined ? ready : checking.then(() => ready).catch(refuse(row));
  } catch (error) {
    return refuse(row)(error);
  }
}

/** The row with values in the place of data. */
async function fill(
  { line, identifier, values = [], template, data = {} }: RawRow,
  filler: TemplateFiller,
): Promise<RawRow> {
  if (typeof template !== 'string') throw invalid('template', 'must name the template that data is for');
  if (!Array.isArray(values)) throw invalid('values', 'must be an array of values');
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw invalid('data', 'must be an object');
  const filled = await filler.fill({ template, data: data as Record<string, unknown> });
  return { line, identifier, values: [...values, ...filled] };
}

function parseRow(row: RawRow | BrokenRow, { authorize, now }: Preparation): { ready: ReadyRow; values: Value[] } {
  if ('broken' in row) throw new KapokError('BAD_REQUEST', { message: row.broken });
  if (typeof row.identifier !== 'string')
    throw new KapokError('INVALID_IDENTIFIER', { message: 'The row has no identifier' });
  const identifier = parseIdentifier(row.identifier);
  assertRegistrable(identifier);
  const suffixCase = authorize(identifier.prefix);
  const values = parseValues(row.values, now());
  const columns = columnsOf({ values });
  assertRecordFits(columns.record ?? '');
  const ready = { line: row.line, identifier, suffixKey: suffixKey(identifier.suffix, suffixCase), ...columns };
  return { ready, values };
}

function refuse(row: RawRow | BrokenRow): (error: unknown) => RowResult {
  return (error) => {
    if (error instanceof KapokError) return failedRow(row, error);
    throw error;
  };
}

export function failedRow(row: { line: number; identifier?: unknown }, error: KapokError): RowResult {
  const { responseCode, code, message } = error;
  const identifier = typeof row.identifier === 'string' ? row.identifier.slice(0, 2048) : null;
  return { line: row.line, identifier, outcome: 'failed', responseCode, code, message };
}
