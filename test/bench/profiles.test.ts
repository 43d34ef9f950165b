import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Report } from '../../bench/report.ts';
import type { Row } from '../../bench/summary.ts';
import { runBench } from './run-bench.ts';

/** One run for all: most of its time is the start of servers. It measures nothing worth telling. */
const SMALL = ['--rounds', '1', '--seconds', '0.3', '--connections', '4', '--records', '1000'];

/** What is to be seen of each profile that has gone its way to the end. */
const SEEN: Readonly<Record<string, (t: Test, row: Row) => void>> = {
  workers: (t, row) => {
    if (row.status === 'not measured') {
      t.match(row.reasons[0], /without a quota the generator would be what is measured; .*control group|find no room/);
      return;
    }
    t.match(row.targets, [{ name: 'requests/s of 2 workers to 1', least: 1.7 }]);
    const isJudged = row.targets[0]?.value !== null;
    t.equal(
      row.rounds[0]?.notes?.some((note) => note.startsWith('not judged: ')),
      !isJudged,
    );
  },
  'write-mix': (t, row) => {
    t.match(row.targets, [{ name: 'reads older than a write acknowledged a second before', reached: true }]);
    t.match(row.rounds[0]?.notes, [/^reads: /, /^writes: /, /reads did not show/]);
  },
  observability: (t, row) => {
    t.equal(row.comparisons.length, 12);
    for (const { name, value } of row.comparisons) t.ok((value ?? 0) > 0, name);
    t.match(row.rounds[0]?.notes, [/^\d+ calls of the nodes brought traces/]);
  },
  stale: (t, row) => {
    const targets = Object.fromEntries(row.targets.map(({ name, reached }) => [name, reached]));
    t.match(targets, { 'wrong answers': true, 'answers told as stale while the upstream is away': true });
    t.match(row.rounds[0]?.timeline?.marks, [{ what: 'the fault begins' }, { what: 'it ends' }]);
  },
  memory: (t, row) => {
    t.equal(row.targets.length, 2);
    for (const { value, most } of row.targets) t.match({ value, most }, { value: Number, most: 2.5 });
  },
};

t.test('every profile goes its way to the end', async (t) => {
  const json = join(t.testdir(), 'report.json');
  const { code, stderr, left } = await runBench([...Object.keys(SEEN), ...SMALL, '--json', json]);
  t.equal(code, 0, stderr);
  t.strictSame(left, []);
  const { rows } = JSON.parse(await readFile(json, 'utf8')) as Report;
  for (const [profile, look] of Object.entries(SEEN)) {
    const row = rows.find((one) => one.profile === profile);
    await t.test(profile, async (t) => {
      t.strictSame(row?.status === 'failed' ? row.reasons : [], []);
      look(t, row as Row);
    });
  }
});
