import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Report } from '../../bench/report.ts';
import { runBench } from './run-bench.ts';

t.test('a short run of the memory hit tells every number and leaves nothing behind', async (t) => {
  const folder = t.testdir();
  const json = join(folder, 'report.json');
  const html = join(folder, 'report.html');
  const fast = ['--rounds', '1', '--seconds', '1', '--connections', '8', '--records', '1000'];
  const { code, stdout, stderr, left } = await runBench(['memory-hit', ...fast, '--json', json, '--html', html]);
  t.equal(code, 0, stderr);
  const report = JSON.parse(await readFile(json, 'utf8')) as Report;
  t.match(report, {
    machine: { node: process.version, cores: Number },
    rounds: 1,
    seconds: 1,
    connections: 8,
    rows: [
      { profile: 'bare node:http', status: 'ok', unit: 'requests', ratio: 1, cpuRatio: 1 },
      { profile: 'memory-hit', status: 'ok', unit: 'requests', comparedWith: 'bare server', reasons: [] },
    ],
  });
  for (const { profile, rate, ratio, p50, p99, p999, rounds } of report.rows) {
    for (const number of [rate, ratio, p50, p99, p999]) t.ok((number ?? 0) > 0, profile);
    t.ok(rounds.length > 0);
  }
  t.ok((report.rows[1]?.proof ?? 0) > 0.95, 'the answers came from memory');
  t.match(stdout, /\| memory-hit +\|/);
  t.match(await readFile(html, 'utf8'), /<td class="p">memory-hit[\s\S]*<\/html>/);
  t.match(stdout, /\| memory-hit +\| requests\/s to the bare server +\| .* \| at least 0\.90 \| (reached|MISSED)/);
  t.match(report.rows[1]?.targets, [{ least: 0.9 }, { least: 0.9 }]);
  t.strictSame(left, []);
});

t.test('Ctrl-C stops every server and removes their data', async (t) => {
  const args = ['memory-hit', '--seconds', '1', '--records', '1000'];
  const { code, stdout, left } = await runBench(args, 'preparing memory-hit');
  t.equal(code, 130);
  t.equal(stdout, '', 'no table of half a run');
  t.strictSame(left, []);
});

t.test('an unknown profile is refused by its name', async (t) => {
  const { code, stderr } = await runBench(['memory-hits']);
  t.equal(code, 1);
  t.match(stderr, /no profile "memory-hits"/);
});
