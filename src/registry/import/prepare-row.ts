import { KapokError } from '../../errors/kapok-error.ts';
import {
  assertRegistrable,
  type Identifier,
  parseIdentifier,
  type SuffixCase,
  suffixKey,
} from '../../identifier/identifier.ts';
import { invalid } from '../../record/checks.ts';
import { assertRecordFits, parseValues } from '../../record/parse-value.ts';
import { asksNothing, type Demands } from '../../record/template/demands.ts';
import type { Value } from '../../record/value.ts';
import type { TemplateFiller } from '../fill-template.ts';
import { columnsOf } from '../stored-record.ts';
import type { Templates } from '../templates.ts';
import type { PlainNames } from './plain-names.ts';
import type { NewColumns, PlainValues } from './plain-values.ts';
import { WholeRecord } from './record-json.ts';
import type { ImportRights } from './rights.ts';
import type { BrokenRow, RawRow, RowResult } from './rows.ts';
import { TextValues } from './text-values.ts';

/** A row that can be stored. */
export interface ReadyRow extends NewColumns {
  readonly line: number;
  readonly identifier: Identifier;
  readonly suffixKey: string;
  /** How the name was folded. */
  readonly suffixCase: SuffixCase;
  /** Its template asks more of it than a bulk write can see to. */
  readonly slow: boolean;
}

export interface Preparation {
  readonly rights: ImportRights;
  readonly templates: Templates;
  readonly filler: TemplateFiller;
  /** The timestamp of values. */
  readonly now: Date;
  /** What makes most rows cheap. They are of one chunk: who may write where can change with the next. */
  readonly names: PlainNames;
  readonly plain: PlainValues;
}

/** The row, where nothing about it can be wrong and no template must be asked; null: prepareRow tells. */
function preparePlain(
  { line, identifier, values, template, data }: RawRow,
  { names, plain }: Preparation,
): ReadyRow | null {
  if (template !== undefined || data !== undefined) return null;
  const name = names.find(identifier);
  if (name === null) return null;
  const columns = plain.find(values);
  if (columns === null) return null;
  // Field by field: an object that spreads two others is built property by property, which left a kilobyte of garbage a row.
  return {
    line,
    identifier: name.identifier,
    suffixKey: name.suffixKey,
    suffixCase: name.suffixCase,
    record: columns.record,
    hasPrivate: columns.hasPrivate,
    ttl: columns.ttl,
    guarded: columns.guarded,
    slow: false,
  };
}

/** A promise only where a template must be asked for: the other rows are checked at once. */
export function prepareRow(
  row: RawRow | BrokenRow,
  preparation: Preparation,
): ReadyRow | RowResult | Promise<ReadyRow | RowResult> {
  const plain = 'broken' in row ? null : preparePlain(row, preparation);
  if (plain !== null) return plain;
  try {
    if (!('broken' in row) && (row.template !== undefined || row.data !== undefined)) {
      return fill(row, preparation.filler)
        .then((filled) => prepareRow(filled, preparation))
        .catch(refuse(row));
    }
    const { ready, values } = parseRow(row, preparation);
    const demands = preparation.templates.demandsOf(values);
    const demanding = (asked: Demands) => (asksNothing(asked) ? ready : { ...ready, slow: true });
    return demands instanceof Promise ? demands.then(demanding).catch(refuse(row)) : demanding(demands);
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

function parseRow(row: RawRow | BrokenRow, { rights, now, names }: Preparation): { ready: ReadyRow; values: Value[] } {
  if ('broken' in row) throw new KapokError('BAD_REQUEST', { message: row.broken });
  if (typeof row.identifier !== 'string')
    throw new KapokError('INVALID_IDENTIFIER', { message: 'The row has no identifier' });
  const identifier = parseIdentifier(row.identifier);
  assertRegistrable(identifier);
  const suffixCase = rights.suffixCaseAt(identifier.prefix);
  names.learn(identifier, suffixCase);
  const values = parseValues(row.values instanceof TextValues ? row.values.toJson() : row.values, now);
  const { record, hasPrivate, ttl, guarded } = columnsOf({ values });
  assertRecordFits(record ?? '');
  const ready = {
    line: row.line,
    identifier,
    suffixKey: suffixKey(identifier.suffix, suffixCase),
    suffixCase,
    record: new WholeRecord(record ?? ''),
    hasPrivate,
    ttl,
    guarded,
    slow: false,
  };
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
