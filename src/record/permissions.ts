/**
 * The four permission bits of a value as Handle's JSON writes them: admin read, admin write, public read, public write
 * (RFC 3651 §3.1).
 */
export type Permissions = `${Bit}${Bit}${Bit}${Bit}`;
type Bit = '0' | '1';

export const DEFAULT_PERMISSIONS: Permissions = '1110';

/** A secret key is for the administrators of its record alone. */
export const SECRET_PERMISSIONS: Permissions = '1100';

export function isPermissions(text: unknown): text is Permissions {
  return typeof text === 'string' && /^[01]{4}$/.test(text);
}

export function isAdminReadable(permissions: Permissions | undefined): boolean {
  return permissions === undefined || permissions[0] === '1';
}

export function isPublicReadable(permissions: Permissions | undefined): boolean {
  return permissions === undefined || permissions[2] === '1';
}
