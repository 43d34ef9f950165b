import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE, programAt } from '../../src/config/package-folder.ts';

/** The project's folder. */
export const root = fileURLToPath(PACKAGE);

/** A file of the project that is no program: a document, a vector. */
export function fileOf(path: string): string {
  return join(root, path);
}

/** A module as it runs, `src/cli/main` for example. */
export function moduleOf(path: string): string {
  return fileURLToPath(programAt(path));
}

/** What Node needs before the name of a module: one test file alone runs from its source, through tsx. */
export const LOADER: readonly string[] = moduleOf('test').endsWith('.ts') ? ['--import=tsx'] : [];
