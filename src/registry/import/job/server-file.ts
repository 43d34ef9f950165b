import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { KapokError } from '../../../errors/kapok-error.ts';

/**
 * Opens a file of the folder from which a node may import. Throws BAD_REQUEST when there is no such file there: a name that
 * leads out of the folder, by ".." or by a link, is none.
 */
export async function openServerFile(folder: string, name: string): Promise<FileHandle> {
  if (name === '' || name.includes('\0')) throw absent(name);
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) throw absent(name);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw absent(name);
  } catch (error) {
    if (error instanceof KapokError) throw error;
    throw absent(name, error);
  }
}

function absent(name: string, cause?: unknown): KapokError {
  const message = `There is no file "${name.slice(0, 255)}" in the import folder of this node`;
  return new KapokError('BAD_REQUEST', { message, at: 'file', cause });
}
