import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { until } from '../resolve/until.ts';
import { fileOf } from '../support/root.ts';
import { inOrder, LONGEST } from '../support/suite/order.ts';
import { runSuite } from '../support/suite/run-suite.ts';
import { readSources } from './source-files.ts';

/** What a run of these files says; they are JavaScript that tells TAP. */
async function run(t: Test, files: Record<string, string>, timeout = 60) {
  const folder = t.testdir(files);
  const results = join(folder, 'results');
  const said: string[] = [];
  const options = { folder, results, jobs: 2, timeout, print: (line: string) => void said.push(line) };
  const isWell = await runSuite(Object.keys(files), options);
  return {
    isWell,
    said: said.join('\n'),
    outputOf: (file: string) => readFileSync(join(results, `${file}.tap`), 'utf8'),
  };
}

const WELL = 'console.log("TAP version 14\\n# Subtest: a\\n    ok 1 - b\\n    1..1\\nok 1 - a\\n1..1")';

t.test('all is well when each file ends well, and what it printed is kept', async (t) => {
  const { isWell, said, outputOf } = await run(t, { 'a.cjs': WELL, 'b.cjs': WELL });
  t.equal(isWell, true, said);
  t.match(said, /^ok {5}a\.cjs \(2 checks, [\d.]+ s, [\d.]+ s of work\)$/m);
  t.match(said, '# 2 files, 4 checks, 0 files failed');
  t.match(outputOf('a.cjs'), '    ok 1 - b\n');
});

t.test('a run says where its time went, with that of the processes that a file has started', async (t) => {
  const busy = 'for (const end = process.cpuUsage().user + 3e5; process.cpuUsage().user < end; );';
  const starts = `require('node:child_process').execFileSync(process.execPath, ['-e', '${busy}']);`;
  const { said } = await run(t, { 'idle.cjs': WELL, 'busy.cjs': `${starts}${WELL}` });
  t.match(said, /^# [\d.]+ s, [\d.]+ s of processor time$/m);
  t.match(said, /^# longest: (idle|busy)\.cjs [\d.]+, (idle|busy)\.cjs [\d.]+$/m);
  const worked = /^# most work: busy\.cjs ([\d.]+), idle\.cjs/m.exec(said)?.[1];
  t.ok(!existsSync('/proc/self/stat') || Number(worked) >= 0.3, said);
});

const BAD: Record<string, { program: string; why: string }> = {
  'a check failed': { program: 'console.log("not ok 1 - odd\\n  ---\\n  found: 7\\n1..1")', why: 'found: 7' },
  'it ended with 3': { program: `${WELL}; process.exitCode = 3`, why: '1..1' },
  'it ended by SIGKILL': { program: `${WELL}; process.kill(process.pid, 'SIGKILL')`, why: '1..1' },
  'it told no plan': { program: 'console.log("ok 1 - the first"); process.exit(0)', why: 'ok 1 - the first' },
  'it planned 2 and told 1': { program: 'console.log("1..2\\nok 1 - the first")', why: '1..2' },
  'it ended with 1': { program: 'throw new Error("odd")', why: 'Error: odd' },
};

for (const [failure, { program, why }] of Object.entries(BAD)) {
  t.test(`a file is told as failed, with what it said: ${failure}`, async (t) => {
    const { isWell, said } = await run(t, { 'well.cjs': WELL, 'odd.cjs': program });
    t.equal(isWell, false);
    t.match(said, `not ok odd.cjs: ${failure} (`);
    t.match(said, why);
    t.match(said, '# failed: odd.cjs');
    t.match(said, 'ok     well.cjs');
  });
}

t.test('what a failed file says names the sources that it was joined from', async (t) => {
  const folder = t.testdir({ 'odd.ts': '\n\nconst why: string = "odd";\nthrow new Error(why);\n' });
  const made = join(folder, 'made');
  execFileSync(fileOf('node_modules/.bin/esbuild'), ['odd.ts', '--outdir=made', '--sourcemap', '--log-level=warning'], {
    cwd: folder,
  });
  const said: string[] = [];
  const print = (line: string) => void said.push(line);
  const more = { folder: made, results: join(folder, 'results'), jobs: 1, timeout: 60, print };
  t.equal(await runSuite(['odd.js'], more), false);
  t.match(said.join('\n'), /at .*odd\.ts:4:7$/m);
  t.match(readFileSync(join(folder, 'results', 'odd.js.tap'), 'utf8'), /at .*odd\.ts:4:7$/m, 'also what is kept');
});

t.test('a file that does not end is ended', async (t) => {
  const { isWell, said } = await run(t, { 'odd.cjs': 'setInterval(() => {}, 1_000)' }, 1);
  t.equal(isWell, false);
  t.match(said, 'not ok odd.cjs: it did not end within 1 s');
});

t.test('an interrupted run is not well, ends what runs, and begins no other', async (t) => {
  const stop = new AbortController();
  const endless = 'console.log("begun"); setInterval(() => {}, 1_000)';
  const files = { 'a.cjs': endless, 'b.cjs': endless, 'c.cjs': WELL };
  const folder = t.testdir(files);
  const said: string[] = [];
  const print = (line: string) => void said.push(line);
  const options = { folder, results: join(folder, 'results'), jobs: 2, timeout: 60, signal: stop.signal, print };
  const running = runSuite(Object.keys(files), options);
  for (const name of ['a', 'b']) {
    await until(() => readFileSync(join(folder, 'results', `${name}.cjs.tap`), 'utf8') === 'begun\n', 60_000);
  }
  stop.abort();
  t.equal(await running, false);
  const whole = said.join('\n');
  for (const name of ['a', 'b']) t.match(whole, `not ok ${name}.cjs: it ended by SIGTERM`);
  t.notMatch(whole, /(not )?ok +c\.cjs/);
});

t.test('the longest files are begun first, and each of them exists', async (t) => {
  const files = readSources(['test'], ['.test.ts']).map(({ path }) => path.slice('test/'.length));
  const names = inOrder(files).map((file) => file.replace('.test.ts', ''));
  t.strictSame(names.slice(0, LONGEST.length), LONGEST);
  t.strictSame(names.toSorted(), files.map((file) => file.replace('.test.ts', '')).toSorted());
});
