import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../support/root.ts';

/** What a fresh clone does not have. */
const NOT_CLONED = new Set(['node_modules', 'dist', 'dist-test', '.git', '.tap', '.kapok']);

/** A copy of the project as a fresh clone would be, after `npm ci`; gone at teardown. */
export async function makeCheckout(t: { teardown(work: () => Promise<unknown>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-readme-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  // As root the database server runs under another uid, which must be able to pass.
  await chmod(folder, 0o755);
  await cp(root, folder, { recursive: true, filter: (source) => !NOT_CLONED.has(basename(source)) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The environment of a user who has set nothing for Kapok, and whose npm asks nobody. */
export function userEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    npm_config_cache: join(folder, '.npm'),
    XDG_CONFIG_HOME: join(folder, '.config'),
    npm_config_offline: 'true',
  };
}
