import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KapokError } from '../../errors/kapok-error.ts';
import { clusterFolder } from './cluster.ts';
import { findText, isPresent, writePrivate } from './files.ts';

/** The password of the cluster's only user; made before the cluster, so that a whole cluster always has one. */
export async function ensurePassword(dataDir: string, home: string): Promise<string> {
  const path = join(dataDir, 'password');
  const password = await findText(path);
  if (password !== null) return password.trim();
  if (await isPresent(clusterFolder(home))) {
    throw new KapokError('INVALID_SETTING', { message: `The file ${path} with the password of the database is gone` });
  }
  const fresh = randomBytes(32).toString('base64url');
  await writePrivate(path, `${fresh}\n`);
  return fresh;
}
