import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `(dist-test/chunks/a.js:12:3)`, also with a whole path, or a URL. */
const PLACE = /((?:file:\/\/)?[^\s()'"]+\.js):(\d+):(\d+)/g;

/**
 * A text that names places in joined files, with the places in the sources that they come from. Node does that itself with
 * `--enable-source-maps`; but then it reads the maps of all that a process loads, where only those of a failure are wanted.
 */
export function inSources(text: string): string {
  const maps = new Map<string, SourceMap | null>();
  return text.replace(PLACE, (place, file: string, line: string, column: string) => {
    const path = resolve(file.startsWith('file:') ? fileURLToPath(file) : file);
    const map = maps.get(path) ?? readMap(path);
    maps.set(path, map);
    const origin = map?.findEntry(Number(line) - 1, Number(column) - 1);
    if (origin === undefined || !('originalSource' in origin)) return place;
    const source = relative('', resolve(dirname(path), origin.originalSource));
    return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  });
}

function readMap(path: string): SourceMap | null {
  const at = `${path}.map`;
  return existsSync(at) ? new SourceMap(JSON.parse(readFileSync(at, 'utf8'))) : null;
}
