import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { ENOUGH, type RaceReport, race } from './coherence-race.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';

const BOUND = 1_000;
const IDENTIFIERS = ['88.101/a', '88.101/b', '88.101/c', '88.101/标识'].map(encodeURI);

t.setTimeout(600_000);

t.test('two processes of one node', async (t) => {
  const databases = await startDatabases(t);

  async function startProcesses(t: Test, settings: Record<string, string>): Promise<[NodeProcess, NodeProcess]> {
    const shared = { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create(), ...settings };
    const processes = [startNodeProcess(t, shared), startNodeProcess(t, shared)] as const;
    const [a, b] = await Promise.all(processes);
    for (const identifier of IDENTIFIERS) {
      const body = [{ index: 1, type: 'NUMBER', data: '0' }];
      t.equal((await a.call('PUT', `/api/handles/${identifier}`, { body })).status, 201);
      await until(async () => (await b.get(`/api/handles/${identifier}`)).status === 200);
    }
    return [a, b];
  }

  const options = { identifiers: IDENTIFIERS, writers: 20, readers: 4, bound: BOUND };

  function check(t: Test, { writes, reads, failures, backwards, late, unread }: RaceReport): void {
    t.ok(writes >= ENOUGH.writes && reads >= ENOUGH.reads, `${writes} writes, ${reads} reads`);
    t.same(failures.slice(0, 5), [], 'every call is answered');
    t.same(backwards.slice(0, 5), [], 'no reader sees a version go back');
    t.same(late.slice(0, 5), [], 'every write is seen by both processes within a second');
    t.same(unread.slice(0, 5), [], 'and at once by the process that took it');
  }

  t.test('with Redis', { skip: redisMissing() }, async (t) => {
    const redis = await startRedis(t);
    const processes = await startProcesses(t, { REDIS_URL: redis.url });

    t.test('see each other’s writes in time while twenty writers race', async (t) => {
      check(t, await race({ ...options, processes, duration: 4_000 }));
    });

    t.test('find in Redis what the other one has put there', async (t) => {
      const [a, b] = processes;
      const path = `/api/handles/${IDENTIFIERS[0]}`;
      await until(async () => {
        const { headers } = await a.call('PUT', path, { body: [{ index: 1, type: 'NUMBER', data: 'shared' }] });
        await a.get(path);
        await until(async () => (await b.get(path)).headers.etag === headers.etag);
        return /event="redis-hit"\} [1-9]/.test((await b.get('/metrics')).text);
      });
      t.match((await b.get('/metrics')).text, /event="hit"\} [1-9]/, 'and in memory what was asked for before');
    });

    t.test('do so while Redis is killed, and when it is back', async (t) => {
      const racing = race({ ...options, processes, duration: 4_500 });
      await setTimeout(1_500);
      await redis.kill();
      await setTimeout(1_500);
      await redis.restart();
      check(t, await racing);
    });

    t.test('do so while Redis stands still', async (t) => {
      const racing = race({ ...options, processes, duration: 3_500 });
      await setTimeout(1_000);
      redis.pause();
      await setTimeout(1_500);
      redis.resume();
      check(t, await racing);
    });
  });

  t.test('without Redis', async (t) => {
    const processes = await startProcesses(t, {});
    const [a, b] = processes;

    t.test('see each other’s writes in time while twenty writers race', async (t) => {
      check(t, await race({ ...options, processes, duration: 3_000 }));
    });

    t.test('tell each other of a suspension', async (t) => {
      await a.call('PUT', '/api/v1/prefixes/88.101.5', { body: {} });
      await until(async () => (await b.get('/api/handles/0.NA/88.101.5')).status === 200);
      await a.call('PATCH', '/api/v1/prefixes/88.101.5', { body: { status: 'suspended' } });
      const begun = performance.now();
      t.equal((await a.get('/api/handles/88.101.5/x')).status, 403, 'at once here');
      await until(async () => (await b.get('/api/handles/88.101.5/x')).status === 403);
      t.ok(performance.now() - begun < BOUND + 500, `${performance.now() - begun} ms there`);
    });

    t.test('do not need each other', async (t) => {
      await a.kill();
      t.equal((await b.get(`/api/handles/${IDENTIFIERS[0]}`)).status, 200);
      const body = [{ index: 1, type: 'NUMBER', data: 'alone' }];
      t.equal((await b.call('PUT', `/api/handles/${IDENTIFIERS[0]}`, { body })).status, 200);
    });
  });
});
