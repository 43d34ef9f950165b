import { isPublicReadable } from '../permissions.ts';
import type { Value } from '../value.ts';
import { isAdminWritable, isPublicWritable } from '../writable.ts';
import { type AdminBit, type AdminBits, isAdminValue, isAuthorityValue, isSecretKey } from './bits.ts';

/** What a write asks of whoever writes. */
export interface Need {
  /** Permissions of HS_ADMIN; none when all that changes is open to everybody who is known. */
  readonly bits: AdminBits;
  /** The index of a value that nobody may change or remove, and that would be; null when there is none. */
  readonly locked: number | null;
  /** A key, an administrator or a list of them is added, changed or removed. */
  readonly authority: boolean;
}

type Values = readonly Value[] | null;

/**
 * What it takes to make a record what it is to be; null stands for no record, and for a tombstone. Withdrawing takes the
 * whole record, so the values' own permissions are not asked. `blind`: whoever writes may not read what is private.
 */
export function neededBits(before: Values, after: Values, { blind = false }: { blind?: boolean } = {}): Need {
  if (before === null) return { bits: new Set(['addHandle']), locked: null, authority: false };
  if (after === null) return { bits: new Set(['deleteHandle']), locked: null, authority: false };
  const needed = new Set<AdminBit>();
  let locked: number | null = null;
  let differs = false;
  let authority = false;
  const next = new Map(after.map((value) => [value.index, value]));
  for (const value of before) {
    const successor = next.get(value.index);
    next.delete(value.index);
    if (successor !== undefined && isSame(value, successor) && !isGuess(value, successor, { blind })) continue;
    differs = true;
    authority ||= isAuthorityValue(value) || (successor !== undefined && isAuthorityValue(successor));
    if (successor !== undefined && isOpenChange(value, successor)) continue;
    if (!isAdminWritable(value.permissions)) locked ??= value.index;
    for (const bit of successor === undefined ? removing(value) : changing(value, successor)) needed.add(bit);
  }
  for (const value of next.values()) {
    needed.add(isAdminValue(value) ? 'addAdmin' : 'addValue');
    authority ||= isAuthorityValue(value);
  }
  // The same record once more is a new version of it.
  if (!differs && needed.size === 0) needed.add('modifyValue');
  return { bits: needed, locked, authority };
}

function removing(value: Value): readonly AdminBit[] {
  return [isAdminValue(value) ? 'removeAdmin' : 'removeValue'];
}

function changing(before: Value, after: Value): readonly AdminBit[] {
  if (isAdminValue(before)) return isAdminValue(after) ? ['modifyAdmin'] : ['removeAdmin', 'modifyValue'];
  return isAdminValue(after) ? ['modifyValue', 'addAdmin'] : ['modifyValue'];
}

/**
 * Public write opens the data of a value, not what it is: its type and its permissions would otherwise make whoever
 * changes it an administrator, or shut others out.
 */
function isOpenChange(before: Value, after: Value): boolean {
  return (
    isPublicWritable(before.permissions) &&
    !isAuthorityValue(before) &&
    before.type === after.type &&
    before.permissions === after.permissions
  );
}

/**
 * A private value that is sent as it stands, and not kept: were that no change, whoever may not read it could try what it is,
 * beside a change that is open to him. A secret key is seen by nobody.
 */
function isGuess(before: Value, after: Value, { blind }: { blind: boolean }): boolean {
  const unseen = isSecretKey(before) || (blind && !isPublicReadable(before.permissions));
  return unseen && before !== after;
}

/** When it was written is no part of a value: every write sends it anew. */
function isSame(a: Value, b: Value): boolean {
  return a === b || contentOf(a) === contentOf(b);
}

function contentOf({ type, data, permissions, ttl, references }: Value): string {
  return JSON.stringify([type, data.format, sorted(data.value), permissions ?? null, ttl, references ?? []]);
}

/** JSON objects are equal whatever the order of their members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
