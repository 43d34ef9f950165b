import { ADMIN_BITS, type AdminBits } from '../../src/record/admin/bits.ts';

/** The 12 digits that Handle's JSON writes. */
export function printAdminBits(bits: AdminBits): string {
  return ADMIN_BITS.map((bit) => (bits.has(bit) ? '1' : '0')).join('');
}
