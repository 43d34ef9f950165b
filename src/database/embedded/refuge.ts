import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KapokError } from '../../errors/kapok-error.ts';
import { clusterFolder, draftFolder } from './cluster.ts';
import { findText, giveTree, isPresent, syncFolder, writePrivate } from './files.ts';
import type { Placement } from './placement.ts';
import { run } from './run-as.ts';

/**
 * A home for the cluster outside of the data folder, for a root whose data folder no unprivileged uid can enter, on a
 * machine without user namespaces. The folder is root's and open to passing only, so that the server's uid cannot bend
 * what root writes there; the cluster inside is the uid's own and closed to others. Throws when it cannot be had.
 */
export async function openRefuge(base: string, dataDir: string): Promise<string> {
  const home = join(base, `kapok-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  await mkdir(home, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // In a folder where all may write, somebody else may have been first.
  const facts = await lstat(home);
  if (!facts.isDirectory() || facts.uid !== 0) throw new Error(`${home} is not a folder of root`);
  return home;
}

/** Where the cluster of a data folder lives once it has moved to a refuge; null while it is at home. */
export async function findRefuge(dataDir: string): Promise<string | null> {
  const home = (await findText(join(dataDir, 'location')))?.trim() ?? null;
  // Going on would make an empty database where there was a full one.
  if (home !== null && !(await isPresent(home))) {
    throw new KapokError('INVALID_SETTING', {
      message:
        `The data of ${dataDir} was kept in ${home}, which is gone; ` +
        `remove ${join(dataDir, 'location')} to begin anew`,
    });
  }
  return home;
}

/** Takes along the cluster, if any. Until `location` is written, the data folder's own cluster is the true one. */
export async function moveToRefuge(dataDir: string, { home, binaries, runAs }: Placement): Promise<void> {
  const old = clusterFolder(dataDir);
  const hasCluster = await isPresent(old);
  await rm(clusterFolder(home), { recursive: true, force: true });
  if (hasCluster) {
    const draft = draftFolder(home);
    await cp(old, draft, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    if (runAs.owner !== null) await giveTree(draft, runAs.owner);
    const synced = await run(runAs.command(binaries.initdb, ['--sync-only', '-D', draft]));
    if (synced.code !== 0) throw new Error(`initdb --sync-only failed: ${synced.output.trim()}`);
    await rename(draft, clusterFolder(home));
    await syncFolder(home);
  }
  await writePrivate(join(dataDir, 'location'), `${home}\n`);
  if (hasCluster) await rm(old, { recursive: true });
}
