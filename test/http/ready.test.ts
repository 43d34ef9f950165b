import t from 'tap';
import { Client } from 'undici';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';

const databases = await startDatabases(t);

interface Readiness {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly degraded: readonly string[];
}

t.test(
  'without Redis a node is ready and says what it lacks, until Redis is back',
  { skip: redisMissing() },
  async (t) => {
    const redis = await startRedis(t);
    const settings = { KAPOK_PREFIX: '88.105', REDIS_URL: redis.url, DATABASE_URL: await databases.create() };
    const node = await startTestNode(t, settings);
    const degraded = async () => {
      const { status, json } = await node.get('/health/ready');
      // On a busy machine the feed may just then be read late.
      return status === 200 ? (json as Readiness).degraded.join() : 'not ready';
    };
    await until(async () => (await degraded()) === '');
    await redis.kill();
    await until(async () => (await degraded()) === 'Redis is away: each process has its own memory alone');
    await redis.restart();
    await until(async () => (await degraded()) === '');
  },
);

t.test('a node that shuts down says so on the connections that it still has', async (t) => {
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.105', DATABASE_URL: await databases.create() });
  const client = new Client(node.url);
  t.teardown(() => client.destroy());
  const ask = async () => {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/health/ready' });
    return { code: statusCode, ...((await body.json()) as Readiness) };
  };
  await ask();
  const drained = node.drain();
  const { code, status, reasons } = await ask();
  t.strictSame({ code, status }, { code: 503, status: 'not ready' });
  t.equal(reasons[0], 'the node is shutting down');
  await drained;
});
