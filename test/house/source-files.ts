import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/root.ts';

const GENERATED = new Set(['node_modules', 'dist', '.tap', '.kapok', '.git']);

export interface SourceFile {
  /** From the root of the project, with "/". */
  readonly path: string;
  readonly text: string;
}

/** The hand-written files below some folders of the project, whose names end in one of these ways. */
export function readSources(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => walk(folder, endings));
}

function walk(folder: string, endings: readonly string[]): SourceFile[] {
  return list(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : walk(path, endings);
    if (!endings.some((ending) => entry.name.endsWith(ending))) return [];
    return [{ path, text: readFileSync(join(root, path), 'utf8') }];
  });
}

/** A folder appears with its first file: until then it is empty. */
function list(folder: string) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
