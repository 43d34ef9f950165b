import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Value } from '../record/value.ts';
import { findOverwritten } from '../record/writable.ts';
import { isPresent } from '../registry/change-values.ts';
import type { NewRecord, StoredRecord } from '../registry/stored-record.ts';
import type { WriteAuthority } from '../registry/write-authority.ts';
import type { Caller } from './caller.ts';
import { may } from './may.ts';

/** What a caller may do to records of a prefix: as its grants say, and as the values' own bits do. */
export function createWriteAuthority(caller: Caller, prefix: Prefix): WriteAuthority {
  return {
    assertAdmits() {
      if (!WRITING.some((permission) => may(caller, permission, prefix))) throw forbidden(prefix);
    },
    assertAllows(current, next) {
      if (!may(caller, neededFor(current, next), prefix)) throw forbidden(prefix);
      if (isPresent(current) && next.values !== null) assertValues(current, next.values);
    },
    mayRead: (other) => may(caller, 'records.read', other),
  };
}

const WRITING = ['records.register', 'records.change', 'records.withdraw'] as const;

function neededFor(current: StoredRecord | null, next: NewRecord): (typeof WRITING)[number] {
  if (next.values === null) return 'records.withdraw';
  return isPresent(current) ? 'records.change' : 'records.register';
}

function assertValues(current: { values: string }, next: readonly Value[]): void {
  const lost = findOverwritten(JSON.parse(current.values) as Value[], next);
  if (lost === null) return;
  const message = `The value with index ${lost.index} is written only once (its permissions are ${lost.permissions})`;
  throw new KapokError('FORBIDDEN', { message, at: `index ${lost.index}` });
}

function forbidden(subject: Prefix): KapokError {
  return new KapokError('FORBIDDEN', { subject });
}
