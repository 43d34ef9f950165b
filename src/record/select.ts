import { foldCase } from '../identifier/fold.ts';
import { isAdminReadable, isPublicReadable } from './permissions.ts';
import type { Value } from './value.ts';

/** Which values of a record are asked for: the union of both lists; all when both are empty (RFC 3652 §3.2.1). */
export interface Selection {
  readonly types: readonly string[];
  readonly indexes: readonly number[];
}

export const EVERYTHING: Selection = { types: [], indexes: [] };

export function selectsAll(selection: Selection): boolean {
  return selection.types.length === 0 && selection.indexes.length === 0;
}

export function selectValues(values: readonly Value[], selection: Selection): readonly Value[] {
  if (selectsAll(selection)) return values;
  return values.filter(
    (value) => selection.indexes.includes(value.index) || selection.types.some((type) => matches(value.type, type)),
  );
}

export function publicValues(values: readonly Value[]): readonly Value[] {
  return values.every((value) => isPublicReadable(value.permissions))
    ? values
    : values.filter((value) => isPublicReadable(value.permissions));
}

/**
 * What whoever answers for the prefix may read: a value without both bits is written only. So is a secret key, whatever its
 * bits: an auditor who read one could be taken for its holder.
 */
export function administratorValues(values: readonly Value[]): readonly Value[] {
  return values.filter(
    ({ type, permissions }) =>
      (isPublicReadable(permissions) || isAdminReadable(permissions)) && foldCase(type) !== 'HS_SECKEY',
  );
}

/** Types ignore the case of ASCII letters; a type that ends in "." stands for itself and all below it. */
function matches(type: string, asked: string): boolean {
  const own = foldCase(type);
  const other = foldCase(asked);
  return other.endsWith('.') ? own === other.slice(0, -1) || own.startsWith(other) : own === other;
}
