import { randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveTree, isPresent, syncFolder } from './files.ts';
import type { Placement } from './placement.ts';
import { type Command, run } from './run-as.ts';

export const CLUSTER_USER = 'kapok';

const DRAFT = 'cluster-draft-';

/**
 * What a character is comes from LC_CTYPE: under "C" pg_trgm makes no trigram of 标识解析, and a search for it is a scan.
 * Glibc 2.35 and most earlier distributions know C.UTF-8, macOS knows UTF-8; initdb refuses at once what it does not.
 */
const CHARACTER_LOCALES = ['C.UTF-8', 'UTF-8', 'en_US.UTF-8', 'C'];

export function clusterFolder(home: string): string {
  return join(home, 'cluster');
}

/** Where a cluster grows. A fresh name each time: the initdb of a killed owner may still write under the old one. */
export function draftFolder(home: string): string {
  return join(home, `${DRAFT}${randomUUID()}`);
}

/** Makes the cluster when there is none, and sees that its files belong to the one who runs the server. */
export async function ensureCluster(placement: Placement, password: string): Promise<void> {
  const cluster = clusterFolder(placement.home);
  await removeDrafts(placement.home);
  if (!(await isPresent(cluster))) await createCluster(placement, password);
  const { owner } = placement.runAs;
  if (owner !== null && (await lstat(cluster)).uid !== owner.uid) await giveTree(cluster, owner);
}

/** A cluster takes its name only when it is whole and on the disk; what has another name is never started. */
async function createCluster({ home, binaries, runAs }: Placement, password: string): Promise<void> {
  const draft = draftFolder(home);
  const data = join(draft, 'cluster');
  const passwordFile = join(draft, 'password');
  await mkdir(draft, { mode: runAs.owner === null ? 0o700 : 0o711 });
  try {
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (runAs.owner !== null) {
      for (const path of [data, passwordFile]) await chown(path, runAs.owner.uid, runAs.owner.gid);
    }
    await initialise((args) => runAs.command(binaries.initdb, args), ['-D', data, `--pwfile=${passwordFile}`]);
    await rename(data, clusterFolder(home));
    await syncFolder(home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function initialise(initdb: (args: readonly string[]) => Command, paths: readonly string[]): Promise<void> {
  for (const locale of CHARACTER_LOCALES) {
    // Not --no-sync: 0.3 s once, and the first rows acknowledged stand on catalogs that a power cut cannot take.
    const { code, output } = await run(
      initdb([
        ...paths,
        ...['-U', CLUSTER_USER, '--auth=scram-sha-256', '-E', 'UTF8', '--no-instructions'],
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${locale}`],
      ]),
    );
    if (code === 0) return;
    if (!output.includes('invalid locale name')) throw new Error(`initdb failed: ${output.trim()}`);
  }
  throw new Error('initdb knows no locale of this machine');
}

async function removeDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(DRAFT)) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
}
