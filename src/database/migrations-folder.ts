import { PACKAGE } from '../config/package-folder.ts';

/** The migrations that come with this version. */
export const MIGRATIONS = new URL('migrations/', PACKAGE);
