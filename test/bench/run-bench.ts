import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { LOADER, moduleOf } from '../support/root.ts';

const MAIN = moduleOf('bench/main');

/** The bench as a command; interrupted once it has said a certain word. */
export async function runBench(args: readonly string[], interruptAt = '') {
  // Without the test runner's own hooks, and on servers of its own.
  const { NODE_OPTIONS: _, DATABASE_URL: __, REDIS_URL: ___, ...env } = process.env;
  const child = spawn(process.execPath, [...LOADER, MAIN, ...args], { env });
  child.stderr.on('data', (chunk: Buffer) => {
    if (interruptAt !== '' && chunk.includes(interruptAt)) child.kill('SIGINT');
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'exit')) as [number | null];
  const [stdout, stderr] = await printed;
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith(`kapok-bench-${child.pid}-`));
  return { code, stdout, stderr, left };
}
