import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Report } from '../../bench/report.ts';
import { runBench } from './run-bench.ts';

/** A run that measures nothing worth telling, and shows that every profile goes its way to the end. */
async function rowsOf(t: Test, profiles: readonly string[], more: readonly string[] = []) {
  const json = join(t.testdir(), 'report.json');
  const small = ['--rounds', '1', '--seconds', '0.3', '--connections', '4', '--records', '1000', '--json', json];
  const { code, stderr, left } = await runBench([...profiles, ...small, ...more]);
  t.equal(code, 0, stderr);
  t.strictSame(left, []);
  const { rows } = JSON.parse(await readFile(json, 'utf8')) as Report;
  return new Map(rows.map((row) => [row.profile, row]));
}

t.test('workers are judged by a quota, or it is said why they are not', async (t) => {
  const row = (await rowsOf(t, ['workers'])).get('workers');
  if (row?.status === 'not measured') {
    t.match(row.reasons[0], /without a quota the generator would be what is measured; .*control group|find no room/);
    return;
  }
  t.match(row, { status: 'ok', targets: [{ name: 'requests/s of 2 workers to 1', least: 1.7 }] });
  const judged = row?.targets[0]?.value !== null;
  t.equal(
    row?.rounds[0]?.notes?.some((note) => note.startsWith('not judged: ')),
    !judged,
  );
});
