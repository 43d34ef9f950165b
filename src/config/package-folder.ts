import { existsSync } from 'node:fs';

/** The folder of package.json, with what the program reads besides its code. */
export const PACKAGE = above(new URL('./', import.meta.url));

/** Where src/, bench/ and test/ lie as they run: in the package itself, or in what build/bundle.mjs made of it. */
const RUNNING = import.meta.url.endsWith('.ts')
  ? PACKAGE
  : new URL(`${import.meta.url.slice(PACKAGE.href.length).split('/', 1)[0]}/`, PACKAGE);

/** A module that can be started as a process; its path is from the package's folder and has no ending. */
export function programAt(path: string): URL {
  return new URL(`${path}${RUNNING === PACKAGE ? '.ts' : '.js'}`, RUNNING);
}

function above(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : above(new URL('../', folder));
}
