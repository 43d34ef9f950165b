import { parseValues } from '../../record/parse-value.ts';
import { TEMPLATE_ID } from '../../record/template/template.ts';
import { MAX_RECORD_BYTES } from '../../record/value.ts';
import { columnsOf, type RecordColumns } from '../stored-record.ts';
import { toBytes } from './byte-text.ts';
import { FramedRecord, type Frames, type RecordJson } from './record-json.ts';
import { type TextColumn, TextValues, textValues } from './text-values.ts';

/** What an import stores of a record: it writes no tombstones. */
export interface NewColumns extends Omit<RecordColumns, 'record' | 'successor'> {
  readonly record: RecordJson;
}

/** What records share whose values have the same indexes and types. */
interface Model extends Omit<NewColumns, 'record'> {
  readonly columns: readonly TextColumn[];
  readonly frames: Frames;
}

/** Records with more values, or of more kinds than this in a chunk, are not worth a model each. */
const MAX_TEXTS = 64;
const MAX_MODELS = 64;
/** Stands for the text of a value while a model is made. */
const MARK = '\u{f8ff}';

/**
 * The columns of records whose values are texts with an index and a type and nothing else, in ascending order: nearly all that
 * imports hold. Their JSON is put together from frames that are made once, so a row costs a quarter of what it costs to build
 * its values and serialise them (3 µs instead of 11).
 */
export class PlainValues {
  readonly #now: Date;
  readonly #models: Model[] = [];

  /** `now` becomes the timestamp of each value. */
  constructor(now: Date) {
    this.#now = now;
  }

  /** The columns; null: the values are of another kind, or wrong, and must be looked at one by one. */
  find(given: unknown): NewColumns | null {
    const values = given instanceof TextValues ? given : plainTexts(given);
    const model = values === null ? null : this.#modelOf(values.columns);
    if (values === null || model === null) return null;
    const { frames, hasPrivate, ttl, guarded } = model;
    const record = new FramedRecord(frames, values);
    return record.size > MAX_RECORD_BYTES ? null : { record, hasPrivate, ttl, guarded };
  }

  #modelOf(columns: readonly TextColumn[]): Model | null {
    for (const model of this.#models) if (isSame(model.columns, columns)) return model;
    const model = this.#models.length < MAX_MODELS ? this.#makeModel(columns) : null;
    if (model !== null) this.#models.push(model);
    return model;
  }

  /** Made by what makes every other record, so that both write the same; null where a value needs more than its text looked at. */
  #makeModel(columns: readonly TextColumn[]): Model | null {
    if (columns.length === 0 || columns.length > MAX_TEXTS || !columns.every(isPlainColumn)) return null;
    try {
      const values = columns.map(({ index, type }) => ({ index, type, data: MARK }));
      const { record, hasPrivate, ttl, guarded } = columnsOf({ values: parseValues(values, this.#now) });
      const pieces = (record ?? '').split(MARK).map(toBytes);
      // A type holds the mark.
      if (pieces.length !== columns.length + 1) return null;
      const size = pieces.reduce((sum, { length }) => sum + length, 0);
      const frames = { pieces, size, verbatim: !record?.includes('\\') };
      return { columns, frames, hasPrivate, ttl, guarded };
    } catch {
      // What is wrong is said where the row is looked at value by value.
      return null;
    }
  }
}

function isSame(a: readonly TextColumn[], b: readonly TextColumn[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every(({ index, type }, i) => index === b[i]?.index && type === b[i]?.type);
}

/** Whether nothing but its text may be wrong with a value, and it comes behind the one before. */
function isPlainColumn({ index, type }: TextColumn, i: number, columns: readonly TextColumn[]): boolean {
  if (index === TEMPLATE_ID.index || type.toUpperCase().startsWith('HS_')) return false;
  return i === 0 || index > (columns[i - 1] as TextColumn).index;
}

/** Values of JSON, where they are texts that a record can hold. */
function plainTexts(values: unknown): TextValues | null {
  if (!Array.isArray(values) || !values.every(isPlain)) return null;
  return textValues(
    values,
    values.map(({ data }) => toBytes(data)),
  );
}

function isPlain(value: unknown): value is TextColumn & { data: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { index, type, data } = value as Record<string, unknown>;
  if (typeof index !== 'number' || !Number.isInteger(index)) return false;
  if (typeof type !== 'string' || typeof data !== 'string' || !data.isWellFormed()) return false;
  let fields = 0;
  for (const _ in value) fields++;
  return fields === 3;
}
