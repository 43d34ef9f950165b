import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { until } from '../resolve/until.ts';
import { startTestNode } from '../support/node.ts';
import { startReplication } from '../support/replication.ts';

const WRITERS = 4;

t.test('with commits that wait for the replica no acknowledged write is lost when it takes over', async (t) => {
  const { primary, replica, url } = await startReplication(t);
  const standby = new Database({ url: replica.url('postgres'), poolSize: 1 });
  t.teardown(() => standby.close());
  const settings = { KAPOK_PREFIX: '88.101', KAPOK_DATABASE_REPLICAS: replica.url('postgres') };
  await waitForReplica(primary.url('postgres'));
  const node = await startTestNode(t, { DATABASE_URL: url('postgres'), KAPOK_STALE_WAIT_MS: '0', ...settings });

  const acknowledged = new Map<string, string>();
  let writing = true;
  const writer = async (number: number) => {
    for (let i = 0; writing; i++) {
      const [name, data] = [`88.101/W-${number}-${i}`, `written as ${i}`];
      const { status } = await node.call('PUT', `/api/handles/${name}`, { body: [{ index: 1, type: 'NAME', data }] });
      if (status === 201) acknowledged.set(name, data);
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, number) => writer(number));
  await until(() => acknowledged.size > 50);
  await primary.kill();
  await standby.query('select pg_promote()');
  const before = acknowledged.size;
  await until(() => acknowledged.size > before + 50);
  writing = false;
  await Promise.all(writers);

  const wrong: string[] = [];
  for (const [name, data] of acknowledged) {
    const { json } = await node.get(`/api/handles/${name}?auth=true`);
    if (json?.values?.[0]?.data?.value !== data) wrong.push(name);
  }
  t.same(wrong, [], `of ${acknowledged.size} acknowledged writes`);
  const ready = await node.get('/health/ready');
  t.equal(ready.status, 200, ready.text);
});

/** From then on no commit is acknowledged before the replica has it. */
async function waitForReplica(url: string): Promise<void> {
  const database = new Database({ url, poolSize: 1 });
  await database.query(`alter system set synchronous_standby_names = 'replica'`);
  await database.query('select pg_reload_conf()');
  await until(async () => {
    const states = await database.query<{ sync_state: string }>('select sync_state from pg_stat_replication');
    return states.some(({ sync_state: state }) => state === 'sync');
  });
  await database.close();
}
