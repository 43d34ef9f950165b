import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { until } from '../../resolve/until.ts';
import { startDatabases } from '../../support/database.ts';
import { fill } from './fill.ts';

t.test('rows are copied and compared in ranges of the key, never by reading a whole table for each', async (t) => {
  const { database, url } = await openDatabase(t, await startDatabases(t));
  await fill(database, { prefixes: 20, each: 500 });
  await database.query('analyze identifiers');
  const converter = new Database({ url, poolSize: 2 });
  const [session] = await converter.query<{ pid: number }>('select pg_backend_pid() as pid');
  const steps = { copy: 0, compare: 0, wait: 0, lock: 0 };
  await partitionTables(converter, { tables: ['identifiers'], parts: 4, onProgress: ({ step }) => steps[step]++ });
  await converter.close();
  t.ok(steps.copy > 3 && steps.compare > 3, JSON.stringify(steps));
  // A session tells the statistics what it has done when it ends.
  const gone = 'select count(*)::int as left from pg_stat_activity where pid = $1';
  await until(async () => (await database.query<{ left: number }>(gone, [session?.pid]))[0]?.left === 0, 60_000);
  const read = `select relname, seq_scan::int as scans, idx_scan::int as looks from pg_stat_user_tables where relname ~ '^identifiers_p\\d+$' order by 1`;
  const parts = await database.query<{ relname: string; scans: number; looks: number }>(read);
  t.equal(parts.length, 4);
  for (const { relname, scans, looks } of parts) {
    t.ok(looks >= steps.compare, `${relname} was looked up ${looks} times`);
    // To make its index.
    t.ok(scans <= 1, `${relname} was read as a whole ${scans} times`);
  }
});
