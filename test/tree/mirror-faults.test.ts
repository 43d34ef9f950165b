import t, { type Test } from 'tap';
import { subjectOfKey } from '../../src/access/node-key.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { startTcpProxy } from './tcp-proxy.ts';

t.setTimeout(600_000);
const databases = await startDatabases(t);
const industry = await startTestNode(t, {
  KAPOK_ROLE: 'industry',
  KAPOK_PREFIX: '88.101',
  DATABASE_URL: await databases.create(),
});
const settings = {
  KAPOK_ROLE: 'top',
  KAPOK_PREFIX: '88',
  KAPOK_RECONCILE_SECONDS: '2',
  DATABASE_URL: await databases.create(),
};

type Node = Pick<TestNode | NodeProcess, 'call'>;

/** Registers so many items, and changes those that are there. */
async function register(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1_000) {
    const items = Array.from({ length: Math.min(1_000, to - at) }, (_, i) => ({
      identifier: `88.101/ITEM-${at + i}`,
      values: [{ index: 1, type: 'NAME', data: `item ${at + i}` }],
    }));
    const { status, text } = await industry.call('POST', '/api/v1/batch', { body: { items, overwrite: true } });
    if (status !== 200) throw new Error(text);
  }
}

async function digestsOf(node: Node): Promise<{ json: string; total: number }> {
  const { json } = await node.call('GET', '/api/v1/feed/digests?prefix=88.101');
  const buckets = Object.entries(json.buckets as Record<string, { count: number }>);
  const total = buckets.reduce((sum, [, { count }]) => sum + count, 0);
  return { json: JSON.stringify(buckets.sort(([a], [b]) => Number(a) - Number(b))), total };
}

async function agree(node: Node, total: number): Promise<boolean> {
  const [a, b] = [await digestsOf(node), await digestsOf(industry)];
  return a.json === b.json && a.total === total;
}

async function letFollow(node: Node): Promise<void> {
  const { site } = (await node.call('GET', '/api/site')).json;
  const body = { subject: subjectOfKey(site.servers[0].publicKey.value), role: 'mirror', scope: '' };
  await industry.call('POST', '/api/v1/grants', { body });
}

t.test('a consumer is killed in the middle, twice, and has everything in the end', async (t: Test) => {
  await register(0, 3_000);
  let top = await startNodeProcess(t, settings);
  await letFollow(top);
  await top.call('PUT', '/api/v1/prefixes/88.101', { body: { url: industry.url, pin: true } });
  for (const more of [4_000, 5_000]) {
    await until(async () => (await digestsOf(top)).total > more - 4_000, 60_000);
    await top.kill();
    await register(more - 1_500, more);
    top = await startNodeProcess(t, settings);
  }
  await until(() => agree(top, 5_000), 60_000);
  await top.kill();
});

t.test('a consumer that is cut off, and one whose connection is stalled, goes on where it was', async (t: Test) => {
  const proxy = await startTcpProxy(t, industry.url);
  const top = await startTestNode(t, { ...settings, KAPOK_HOP_TIMEOUT_MS: '500' });
  await top.call('PUT', '/api/v1/prefixes/88.101', { body: { url: proxy.url, pin: true } });
  await until(() => agree(top, 5_000), 60_000);
  await proxy.cut();
  await register(4_500, 5_200);
  await until(async () => /kapok_mirrors\{state="failing"\} 1/.test((await top.get('/metrics')).text));
  t.notOk(await agree(top, 5_200));
  await proxy.mend();
  await until(() => agree(top, 5_200), 60_000);
  proxy.stall();
  await register(5_100, 5_400);
  await until(async () => /kapok_mirrors\{state="failing"\} 1/.test((await top.get('/metrics')).text));
  await proxy.mend();
  await until(() => agree(top, 5_400), 60_000);
});

t.test('of two processes of a node one follows, and the other goes on when it is gone', async (t: Test) => {
  const [a, b] = [await startNodeProcess(t, settings), await startNodeProcess(t, settings)];
  await a.call('PUT', '/api/v1/prefixes/88.101', { body: { url: industry.url, pin: true } });
  await until(() => agree(b, 5_400), 60_000);
  await register(5_400, 5_500);
  await until(() => agree(b, 5_500), 60_000);
  await a.kill();
  await register(5_500, 5_600);
  await until(() => agree(b, 5_600), 60_000);
});
