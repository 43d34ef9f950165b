import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import type { Report } from '../../bench/report.ts';
import type { Row } from '../../bench/summary.ts';
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

/** What is to be seen of each profile that has gone its way to the end. */
export type Seen = Readonly<Record<string, (t: Test, row: Row) => void>>;

/** Nothing of it is worth telling: it shows that the profiles work. */
const SMALL = ['--rounds', '1', '--seconds', '0.3', '--connections', '4'];

/** One run for all: most of its time is the start of servers. */
export async function seeProfiles(t: Test, seen: Seen, more: readonly string[]): Promise<void> {
  const json = join(t.testdir(), 'report.json');
  const { code, stderr, left } = await runBench([...Object.keys(seen), ...SMALL, ...more, '--json', json]);
  t.equal(code, 0, stderr);
  t.strictSame(left, []);
  const { rows } = JSON.parse(await readFile(json, 'utf8')) as Report;
  for (const [profile, look] of Object.entries(seen)) {
    const row = rows.find((one) => one.profile === profile);
    await t.test(profile, async (t) => {
      t.strictSame(row?.status === 'failed' ? row.reasons : [], []);
      look(t, row as Row);
    });
  }
}
