import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleOf, root } from './root.ts';
import { inOrder } from './suite/order.ts';
import { runSuite } from './suite/run-suite.ts';

/**
 * Runs the test files beside it, compiled: all, or those whose names hold one of the words given. It does what `tap run`
 * does, but starts each file without the loaders of tap, reads nothing along, and begins with the files that take longest.
 */
const words = process.argv.slice(2);
const folder = dirname(dirname(moduleOf('test/support/run-tests')));
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.test\.[jt]s$/.test(file));
const files = words.length === 0 ? all : all.filter((file) => words.some((word) => file.includes(word)));

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
const isWell = await runSuite(inOrder(files), {
  folder,
  results: join(root, '.tap', 'test-results'),
  jobs: 2,
  timeout: 1_300,
  signal: stop.signal,
  print: (line) => process.stdout.write(`${line}\n`),
});
process.exitCode = isWell && files.length > 0 ? 0 : 1;
