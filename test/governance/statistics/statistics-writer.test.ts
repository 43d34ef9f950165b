import t from 'tap';
import { Counts } from '../../../src/governance/statistics/counts.ts';
import { readByPrefix, readSeries, readSum } from '../../../src/governance/statistics/read-statistics.ts';
import { StatisticsWriter } from '../../../src/governance/statistics/statistics-writer.ts';
import { TopPrefixes } from '../../../src/governance/statistics/top-prefixes.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { withdraw } from '../../../src/registry/change-values.ts';
import { writePrefixes } from '../../../src/registry/write-prefixes.ts';
import { writeRecord } from '../../../src/registry/write-record.ts';
import { openDatabase, urlValue, writeOf } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';

const { database } = await openDatabase(t, await startDatabases(t));
const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const DAY = { from: NOON - 12 * HOUR, to: NOON + 12 * HOUR };

t.beforeEach(() =>
  database.query(
    'truncate statistics_hourly, statistics_sources, statistics_seconds, statistics_peaks, statistics_uptime',
  ),
);

function writerOf(now = () => NOON) {
  const counts = new Counts({ now });
  const errors: unknown[] = [];
  const top = new TopPrefixes(now());
  return {
    counts,
    errors,
    top,
    writer: new StatisticsWriter({ database, counts, top, now, onError: (error) => errors.push(error) }),
  };
}

t.test('processes of a node add up: counts, latencies, networks, and the second that had most', async (t) => {
  const [one, two] = [writerOf(), writerOf()];
  for (let i = 0; i < 3; i++) one.counts.found('88.1', NOON, '10.0.0.0/24').resolving.add(100, NOON, 1);
  one.counts.resolved('88.1.5', 'referral', { at: NOON + HOUR, source: '10.0.1.0/24' });
  for (let i = 0; i < 2; i++)
    two.counts.resolved('88.1', 'absent', { at: NOON, source: '10.0.0.0/24' }).resolving.add(400, NOON + 7, 1);
  two.counts.resolved('88.10', 'withdrawn', { at: NOON, source: '10.0.2.0/24' });
  await Promise.all([one.writer.flush(), two.writer.flush()]);
  t.strictSame([...one.errors, ...two.errors], []);

  const all = await readSum(database, { prefix: '88.1' as Prefix, span: DAY });
  t.match(all, { requests: 6, found: 3, referral: 1, absent: 2, withdrawn: 0 });
  t.match(all.resolving, {
    average: 0.22,
    max: 0.4,
    maxAt: new Date(NOON + 7).toJSON(),
    min: 0.1,
  });
  const hours = await readSeries(database, { prefix: '', span: DAY, by: 'hour' });
  t.strictSame(
    hours.map(({ at, requests }) => [Date.parse(at ?? ''), requests]),
    [
      [NOON, 6],
      [NOON + HOUR, 1],
    ],
  );
  const each = await readByPrefix(database, { prefix: '', span: DAY, after: null, limit: 10 });
  t.strictSame(
    each.map(({ prefix, requests }) => [prefix, requests]),
    [
      ['88.1', 5],
      ['88.1.5', 1],
      ['88.10', 1],
    ],
  );

  const [peak] = await database.query('select requests from statistics_peaks order by requests desc limit 1');
  t.equal(peak?.requests, 6, 'the peak is that of both processes together');
  const sources = await database.query('select prefix, sources from statistics_sources order by prefix');
  t.strictSame(
    sources.map(({ prefix, sources }) => [prefix, sources]),
    [
      [
        '',
        [
          ['10.0.0.0/24', 5, 0],
          ['10.0.1.0/24', 1, 0],
          ['10.0.2.0/24', 1, 0],
        ],
      ],
      ['88.1', [['10.0.0.0/24', 5, 0]]],
      ['88.1.5', [['10.0.1.0/24', 1, 0]]],
      ['88.10', [['10.0.2.0/24', 1, 0]]],
    ],
  );
});

t.test('registrations are counted from the change feed, each once, whoever counts', async (t) => {
  const prefixes = ['88.1', '88.1.5', '88.1.6'].map((prefix) => ({
    ...({
      prefix: prefix as Prefix,
      status: 'active',
      site: null,
      ttl: 60,
      suffixCase: 'insensitive',
      label: '',
    } as const),
  }));
  await writePrefixes(database, prefixes, { actor: { id: 'test', subject: null } });
  const write = (name: string) =>
    writeRecord(
      database,
      writeOf(name, () => ({ values: [urlValue('https://example.com/')] })),
    );
  for (let i = 0; i < 4; i++) await write(`88.1.5/${i}`);
  await write('88.1.5/0');
  await writeRecord(database, writeOf('88.1.5/1', withdraw(undefined)));
  const writers = Array.from({ length: 4 }, () => writerOf());
  await Promise.all(writers.map(({ writer }) => writer.flush()));
  await write('88.1.6/A');
  for (const { writer } of writers) await writer.flush();
  t.strictSame(
    writers.flatMap(({ errors }) => errors),
    [],
  );
  const span = { from: 0, to: Date.now() + HOUR };
  const each = await readByPrefix(database, { prefix: '88.1' as Prefix, span, after: null, limit: 10 });
  t.strictSame(
    each.map(({ prefix, registered, changed, allotted }) => ({ prefix, registered, changed, allotted })),
    [
      { prefix: '88.1', registered: 0, changed: 0, allotted: 2 },
      { prefix: '88.1.5', registered: 4, changed: 2, allotted: 0 },
      { prefix: '88.1.6', registered: 1, changed: 0, allotted: 0 },
    ],
  );
});

t.test('a flush that fails loses nothing and counts nothing twice', async (t) => {
  const { counts, errors, writer } = writerOf();
  for (let i = 0; i < 1200; i++) counts.found(`88.${String(i).padStart(4, '0')}`, NOON, '10.0.0.0/24');
  // The second batch fails as a whole: the first is in by then.
  await database.query(`alter table statistics_hourly add constraint faulty check (prefix <> '88.0700')`);
  await writer.flush();
  t.equal(errors.length, 1);
  await database.query('alter table statistics_hourly drop constraint faulty');
  await writer.flush();
  await writer.close();
  const all = await readSum(database, { prefix: '', span: DAY });
  t.equal(all.found, 1200);
  const [row] = await database.query('select max(found) as most, count(*) as prefixes from statistics_hourly');
  t.strictSame(row, { most: 1, prefixes: 1200 });
  t.equal(errors.length, 1);
});
