import type { WriteAuthority } from '../../src/registry/write-authority.ts';

/** Who may do everything to every record. */
export const UNRESTRICTED: WriteAuthority = {
  assertAdmits: async () => {},
  assertAllows: async () => {},
  maySee: async () => true,
  mayRead: () => true,
};
