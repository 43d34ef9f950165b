import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseSecretKey } from '../../config/secret-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';

/** The key in a file; null when there is no such file. Throws INVALID_SETTING when it holds something else. */
export async function readKeyFile(file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new KapokError('INVALID_SETTING', { message: `${file} cannot be read`, at: file, cause: error });
  });
  if (text === null) return null;
  const key = parseSecretKey(text.trim());
  if (key === null) throw new KapokError('INVALID_SETTING', { message: `${file} holds no secret key`, at: file });
  return key;
}

/** False when there is such a file already: the processes of a folder use one key. None but its owner can read it. */
export async function writeKeyFile(file: string, key: Buffer): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Written beside and linked: whoever finds the file finds all of it.
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${key.toString('base64url')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export async function removeKeyFile(file: string): Promise<void> {
  await rm(file, { force: true });
}
