import { isAdminValue } from '../record/admin/bits.ts';
import { administratorValues, publicValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import type { IdentifierQuery, ListedRecord } from './query-identifiers.ts';

/**
 * What a list or an export shows of a record: its administrators' part, or what is public where the record names its
 * administrators and somebody known by a key asks. Whether it names him is not looked up, a record after the other: a list
 * shows him less than the record itself may, never more. Nor does who registers at a prefix see what is private of a record that was
 * transferred.
 */
export function listedValues(
  { values, transferred }: ListedRecord,
  { askedByKey, oversees }: Pick<IdentifierQuery, 'askedByKey' | 'oversees'>,
): readonly Value[] {
  const all = JSON.parse(values ?? '[]') as Value[];
  const isTheirs = (askedByKey && all.some(isAdminValue)) || (transferred && !oversees);
  return isTheirs ? publicValues(all) : administratorValues(all);
}
