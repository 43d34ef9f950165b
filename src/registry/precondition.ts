import { KapokError } from '../errors/kapok-error.ts';
import { isPresent } from './change-values.ts';
import type { NewRecord, StoredRecord } from './stored-record.ts';

/** What a writer expects to find: If-Match and If-None-Match of RFC 9110 §13.1. */
export type Precondition =
  | { readonly kind: 'present' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly versions: readonly number[] };

type Change = (current: StoredRecord | null) => NewRecord;

/** The change, refused with VERSION_MISMATCH where the record is not as expected. A tombstone has a version and is not present. */
export function expecting(precondition: Precondition | null, change: Change): Change {
  if (precondition === null) return change;
  return (current) => {
    if (!holds(precondition, current)) throw new KapokError('VERSION_MISMATCH', { message: describe(current) });
    return change(current);
  };
}

function holds(precondition: Precondition, current: StoredRecord | null): boolean {
  switch (precondition.kind) {
    case 'present':
      return isPresent(current);
    case 'absent':
      return !isPresent(current);
    case 'version':
      return current !== null && precondition.versions.includes(current.version);
  }
}

function describe(current: StoredRecord | null): string {
  if (current === null) return 'The identifier is not registered';
  const kind = isPresent(current) ? 'record' : 'tombstone';
  return `The ${kind} has version ${current.version} now`;
}
