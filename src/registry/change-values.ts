import { KapokError } from '../errors/kapok-error.ts';
import { assertRecordFits } from '../record/parse-value.ts';
import { MAX_VALUES, type Value } from '../record/value.ts';
import type { NewRecord, StoredRecord } from './stored-record.ts';

type Change = (current: StoredRecord | null) => NewRecord;

/** The whole record is replaced, or made. */
export function replaceAll(values: readonly Value[], { overwrite }: { overwrite: boolean }): Change {
  return (current) => {
    if (!overwrite && isPresent(current)) throw new KapokError('ALREADY_EXISTS');
    return checked(values);
  };
}

/** Values are added to a record that exists, or take the place of those with their indexes. */
export function putValues(values: readonly Value[], { overwrite }: { overwrite: boolean }): Change {
  return (current) => {
    const present = presentValues(current);
    const indexes = new Set(values.map((value) => value.index));
    const conflict = present.find((value) => indexes.has(value.index));
    if (!overwrite && conflict !== undefined) {
      throw new KapokError('VALUE_EXISTS', { message: `Index conflict for ${conflict.index}` });
    }
    const kept = present.filter((value) => !indexes.has(value.index));
    return checked([...kept, ...values].sort((a, b) => a.index - b.index));
  };
}

/** Values leave a record; the record stays, if need be without values. */
export function removeValues(indexes: readonly number[]): Change {
  return (current) => {
    const present = presentValues(current);
    const missing = indexes.find((index) => !present.some((value) => value.index === index));
    if (missing !== undefined)
      throw new KapokError('VALUE_NOT_FOUND', { message: `There is no value with index ${missing}` });
    return { values: present.filter((value) => !indexes.includes(value.index)) };
  };
}

/** The record is withdrawn; what is left is a tombstone that may name a successor. */
export function withdraw(successor: string | undefined): Change {
  return (current) => {
    if (!isPresent(current)) throw new KapokError('NOT_FOUND');
    return { values: null, successor };
  };
}

/** Whether none of these indexes was in use before the write. */
export function isAllNew(previous: StoredRecord | null, values: readonly Value[]): boolean {
  if (!isPresent(previous)) return true;
  const before = new Set(presentValues(previous).map((value) => value.index));
  return !values.some((value) => before.has(value.index));
}

export function isPresent(record: StoredRecord | null): record is StoredRecord & { values: string } {
  return record !== null && record.values !== null;
}

const parsed = new WeakMap<StoredRecord, readonly Value[]>();

/** The values of a record; of one that was read once always the same objects, so that a value that is kept is known from one sent anew. */
export function valuesIn(record: StoredRecord & { values: string }): readonly Value[] {
  const known = parsed.get(record);
  if (known !== undefined) return known;
  const values = JSON.parse(record.values) as Value[];
  parsed.set(record, values);
  return values;
}

function presentValues(current: StoredRecord | null): readonly Value[] {
  if (!isPresent(current)) throw new KapokError('NOT_FOUND');
  return valuesIn(current);
}

function checked(values: readonly Value[]): NewRecord {
  if (values.length > MAX_VALUES) {
    throw new KapokError('INVALID_VALUE', {
      message: `The record would hold ${values.length} values; at most ${MAX_VALUES}`,
    });
  }
  assertRecordFits(JSON.stringify(values));
  return { values };
}
