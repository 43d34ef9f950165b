import { foldCase } from '../../identifier/fold.ts';
import type { Admin, Value } from '../value.ts';

/**
 * What an HS_ADMIN value can permit (RFC 3651 §3.2.1), in the order of the digits that Handle's JSON writes: the highest
 * bit of the mask first.
 */
export const ADMIN_BITS = [
  ...(['listHandles', 'readValue', 'addAdmin', 'removeAdmin', 'modifyAdmin', 'addValue'] as const),
  ...(['removeValue', 'modifyValue', 'deletePrefix', 'addPrefix', 'deleteHandle', 'addHandle'] as const),
] as const;

export type AdminBit = (typeof ADMIN_BITS)[number];
export type AdminBits = ReadonlySet<AdminBit>;

/** 12 digits, or 13 with one before them that only an authority above prefixes uses (LIST_NA). */
export function parseAdminBits(permissions: string): AdminBits {
  const digits = permissions.slice(-ADMIN_BITS.length);
  return new Set(ADMIN_BITS.filter((_, i) => digits[i] === '1'));
}

export function isAdminValue({ type }: Value): boolean {
  return foldCase(type) === 'HS_ADMIN';
}

/** Whether a value says who someone is, or who administers: whoever changes it may become someone else. */
export function isAuthorityValue({ type }: Value): boolean {
  return ['HS_ADMIN', 'HS_VLIST', 'HS_PUBKEY', 'HS_SECKEY'].includes(foldCase(type));
}

export function isSecretKey({ type }: Value): boolean {
  return foldCase(type) === 'HS_SECKEY';
}

/** The administrators that a record names. A value of the type HS_ADMIN without their form names nobody. */
export function administratorsOf(values: readonly Value[]): readonly Admin[] {
  return values.flatMap((value) => (isAdminValue(value) && value.data.format === 'admin' ? [value.data.value] : []));
}
