import { isAdminValue } from './admin/bits.ts';
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

/** Whether bulk writes must look at a record before they replace it: it names administrators, or holds a value written only once. */
export function isGuarded(values: readonly Value[]): boolean {
  return values.some((value) => isAdminValue(value) || !isAdminWritable(value.permissions));
}
