import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm test` runs the tests compiled, below `dist-test/`; one file alone runs from its source, through tsx. */
const COMPILED = import.meta.url.endsWith('.js');
/** Where test/ and src/ lie as they run. */
const running = fileURLToPath(new URL('../../', import.meta.url));

/** The project's folder. */
export const root = COMPILED ? join(running, '../') : running;

/** A file of the project that is no program: a document, a vector. */
export function fileOf(path: string): string {
  return join(root, path);
}

/** A module as it runs, `src/cli/main` for example. */
export function moduleOf(path: string): string {
  return join(running, `${path}${COMPILED ? '.js' : '.ts'}`);
}

/** What Node needs before the name of a module. */
export const LOADER: readonly string[] = COMPILED ? [] : ['--import=tsx'];
