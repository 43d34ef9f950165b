import { existsSync } from 'node:fs';

/** `migrations/` of the package: two folders up from the source, three from `dist/`. */
export const MIGRATIONS = ['../../migrations/', '../../../migrations/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url)) as URL;
