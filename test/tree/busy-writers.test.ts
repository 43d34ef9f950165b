import pg from 'pg';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { putRecord } from './start-tree.ts';

t.test('a crowd of writers that wait for a lock does not keep resolution waiting', async (t) => {
  const databases = await startDatabases(t);
  const url = await databases.create();
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url, KAPOK_DATABASE_POOL: '6' });
  await putRecord(node, '88.101/known');
  await putRecord(node, '88.101/cold');

  // Every write takes its number from the node's one row: who holds that holds all writers.
  const [holder, observer] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  for (const client of [holder, observer]) {
    await client.connect();
    t.teardown(() => client.end());
  }
  await holder.query('begin');
  await holder.query('update node set feed_head = feed_head');
  const writers = Promise.allSettled(Array.from({ length: 12 }, (_, i) => putRecord(node, `88.101/w${i}`)));
  const waiting = async () => {
    const { rows } = await observer.query(`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return rows[0].n as number;
  };
  await until(async () => (await waiting()) >= 3);

  t.equal((await node.get('/api/handles/88.101/cold')).status, 200);
  t.equal((await node.get('/api/handles/88.101/none')).status, 404);
  await node.get('/api/handles/88.101/known');
  const again = await node.get('/api/handles/88.101/known?explain=true');
  t.equal(again.json.explain.source, 'memory', 'the feed is followed, so memory is trusted');

  await holder.query('rollback');
  await writers;
  await putRecord(node, '88.101/known', 'second');
  t.equal((await node.get('/api/handles/88.101/known')).headers.etag, '"2"');
});
