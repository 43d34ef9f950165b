import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compareReports } from '../../bench/compare-reports.ts';
import type { Report } from '../../bench/report.ts';
import type { Row } from '../../bench/summary.ts';
import { LOADER, moduleOf } from '../support/root.ts';

function row(profile: string, more: Partial<Row> = {}): Row {
  const base = { profile, status: 'ok', comparedWith: 'bare server', ratio: 0.8, ratios: [0.8], comparisons: [] };
  return { ...base, ...more } as unknown as Row;
}

function report(...rows: Row[]): Report {
  return { rows } as unknown as Report;
}

t.test('a lower ratio is worse, and where less is better a higher one', async (t) => {
  const latency = (value: number) => ({ comparisons: [{ name: 'p99', value, most: 3 }] });
  const before = report(row('a'), row('b', latency(2)), row('c', latency(2)));
  const after = report(row('a', { ratio: 0.7 }), row('b', latency(4)), row('c', latency(1)));
  const worse = compareReports(before, after, 0.9).filter((one) => one.worse);
  t.strictSame(
    worse.map(({ profile, name }) => `${profile}: ${name}`),
    ['a: rate to the bare server', 'b: p99'],
  );
  t.strictSame(
    compareReports(before, after, 0.5).filter((one) => one.worse),
    [],
  );
});

t.test('what fails now, or is missing, is worse; what failed before is not compared', async (t) => {
  const before = report(row('a'), row('b'), row('c', { status: 'failed' }));
  const after = report(row('a', { status: 'failed' }), row('c'));
  t.strictSame(
    compareReports(before, after, 0.1).map(({ profile, worse }) => [profile, worse]),
    [
      ['a', true],
      ['b', true],
    ],
  );
});

t.test('the command ends with 1 when something is worse, or is no result', async (t) => {
  const folder = t.testdir();
  const write = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const [good, bad, none] = [
    write('a', report(row('a'))),
    write('b', report(row('a', { ratio: 0.4 }))),
    write('c', {}),
  ];
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [...LOADER, moduleOf('bench/compare'), ...args], { encoding: 'utf8' });
  t.equal(run(good, good).status, 0);
  const worse = run(good, bad, '--worst', '0.9');
  t.equal(worse.status, 1);
  t.match(worse.stdout, /0\.800 \| 0\.400 \| 0\.500 \| WORSE/);
  t.equal(run(good, bad, '--worst', '0.5').status, 0);
  t.match(run(good, none), { status: 1, stderr: /is no result of the bench/ });
});
