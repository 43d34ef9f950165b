import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../support/root.ts';
import { spawnNode } from './node-process.ts';

/**
 * Compiles the program as `npm start` does, into a folder of its own; answers the main file. A tree is thirteen processes:
 * compiled they start with a third of the work that loading them through tsx takes.
 */
export async function buildKapok(t: { teardown(work: () => Promise<unknown>): void }): Promise<string> {
  // Inside the checkout, so that packages are found, and where nothing is looked at by git or the linter.
  await mkdir(join(root, '.tap'), { recursive: true });
  const folder = await mkdtemp(join(root, '.tap', 'kapok-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'migrations'), join(folder, 'migrations'));
  // Types are the business of `npm run types`: here only the program counts.
  const options = ['--noCheck', '--noEmitOnError', 'false', '--declaration', 'false', '--sourceMap', 'false'];
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compile = [tsc, '-p', 'tsconfig.build.json', '--outDir', folder, ...options];
  const compiler = spawnNode(compile, { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(compiler, 'exit');
  const main = join(folder, 'src', 'cli', 'main.js');
  if (!existsSync(main)) throw new Error('the program was not compiled');
  return main;
}
