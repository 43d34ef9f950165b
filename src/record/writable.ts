import type { Permissions } from './permissions.ts';
import type { Value } from './value.ts';

/** Whether administrators may change the value (ADMIN_WRITE, RFC 3651 §3.1). */
export function isAdminWritable(permissions: Permissions | undefined): boolean {
  return permissions === undefined || permissions[1] === '1';
}

/** Whether anyone who is known may change the value (PUBLIC_WRITE). */
export function isPublicWritable(permissions: Permissions | undefined): boolean {
  return permissions !== undefined && permissions[3] === '1';
}

/** The first value that is written only once, and that a new list of values would change or leave out. */
export function findOverwritten(before: readonly Value[], after: readonly Value[]): Value | null {
  const next = new Map(after.map((value) => [value.index, value]));
  const lost = before.find((value) => !isAdminWritable(value.permissions) && !isSame(value, next.get(value.index)));
  return lost ?? null;
}

/** Whether bulk writes must look at a record before they replace it: it names administrators, or holds a value written only once. */
export function isGuarded(values: readonly Value[]): boolean {
  return values.some(({ type, permissions }) => type === 'HS_ADMIN' || !isAdminWritable(permissions));
}

/** All but the moment of writing. */
export function isSame(one: Value, other: Value | undefined): boolean {
  if (other === undefined) return false;
  const said = ({ index, type, data, permissions, ttl, references }: Value) =>
    JSON.stringify([index, type, data, permissions ?? null, ttl, references ?? []]);
  return said(one) === said(other);
}
