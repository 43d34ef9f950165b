import { once } from 'node:events';
import { fileOf, LOADER, moduleOf } from '../support/root.ts';
import { spawnNode } from './node-process.ts';

/** The main file of the program as `npm start` runs it: a tree is thirteen processes, too many to load module by module. */
export async function buildKapok(): Promise<string> {
  if (LOADER.length === 0) return moduleOf('src/cli/main');
  const bundler = spawnNode([fileOf('build/bundle.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(bundler, 'exit');
  if (code !== 0) throw new Error('the program was not built');
  return fileOf('dist/src/cli/main.js');
}
