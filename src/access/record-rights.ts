import type { Permission } from '../../proto/http/permission.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { AdminBit, AdminBits } from '../record/admin/bits.ts';
import { grantedBits } from '../record/admin/granted-bits.ts';
import type { Value } from '../record/value.ts';
import { type Administration, keyOfCaller } from './administration.ts';
import type { Caller } from './caller.ts';
import { may } from './may.ts';

/** The permission that a grant must give for what each bit of HS_ADMIN gives on one record. */
const PERMISSIONS: Readonly<Record<AdminBit, Permission>> = {
  listHandles: 'records.read',
  readValue: 'records.read',
  addAdmin: 'records.change',
  removeAdmin: 'records.change',
  modifyAdmin: 'records.change',
  addValue: 'records.change',
  removeValue: 'records.change',
  modifyValue: 'records.change',
  deletePrefix: 'prefixes.govern',
  addPrefix: 'prefixes.govern',
  deleteHandle: 'records.withdraw',
  addHandle: 'records.register',
};

/** What one caller may do to one record. */
export interface RecordRights {
  /** The record names its administrators, and they decide. */
  readonly byRecord: boolean;
  has(bit: AdminBit): boolean;
}

export interface RecordOfPrefix {
  readonly prefix: Prefix;
  /** Null when there is no record, or a tombstone. */
  readonly values: readonly Value[] | null;
  /** It was transferred: of grants at the prefix, only those of its operators and auditors reach it. */
  readonly transferred?: boolean | undefined;
}

/**
 * The HS_ADMIN values of a record decide for whoever is known by a key, when there are any; grants decide otherwise, and for
 * everybody else. On a record that was transferred, who registers at its prefix has no say.
 */
export async function rightsOn(
  caller: Caller,
  { prefix, values, transferred = false }: RecordOfPrefix,
  { keyOf, find }: Administration,
): Promise<RecordRights> {
  const subject = keyOfCaller(caller);
  const bits: AdminBits | null =
    subject === null || values === null ? null : await grantedBits(values, { subject, keyOf, find });
  if (bits !== null) return { byRecord: true, has: (bit) => bits.has(bit) };
  const reaches = !transferred || values === null || may(caller, 'audit.read', prefix);
  return { byRecord: false, has: (bit) => reaches && may(caller, PERMISSIONS[bit], prefix) };
}

/** Whether it makes sense to look at a record for the sake of this caller. */
export function couldRead(caller: Caller, prefix: Prefix): boolean {
  return keyOfCaller(caller) !== null || may(caller, 'records.read', prefix);
}

/** Whether a caller sees the private values of a record. */
export async function mayRead(
  caller: Caller,
  record: RecordOfPrefix,
  administration: Administration,
): Promise<boolean> {
  return (await rightsOn(caller, record, administration)).has('readValue');
}
