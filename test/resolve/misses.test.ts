import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { startDatabases } from '../support/database.ts';
import { answering, found, holding, startFaultyPeer } from '../support/faulty-peer.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { countStatements } from './count-statements.ts';

const CROWD = 1_000;
/** A busy machine needs its time to take a thousand connections; they all wait until the last one is there. */
const PATIENCE = { KAPOK_DEADLINE_MS: '60000', KAPOK_HOP_TIMEOUT_MS: '60000' };

t.test('a thousand concurrent misses of one identifier', async (t) => {
  const databases = await startDatabases(t);
  const statements = countStatements(t);
  const start = async (t: Test, settings: Record<string, string>) =>
    startTestNode(t, { DATABASE_URL: await databases.create(), ...PATIENCE, ...settings });
  const put = (node: TestNode, identifier: string) =>
    node.call('PUT', `/api/handles/${identifier}`, { body: [{ index: 1, type: 'NAME', data: 'one' }] });

  async function counted(node: TestNode, event: string): Promise<number> {
    const { text } = await node.get('/metrics');
    return Number(new RegExp(`^kapok_resolutions_total\\{event="${event}"\\} (\\d+)`, 'm').exec(text)?.[1]);
  }

  /** All of them are under way at once: `release` is called when the node says that 999 wait for the first. */
  async function ask(t: Test, node: TestNode, { identifier, release }: { identifier: string; release(): void }) {
    const before = await counted(node, 'coalesced');
    const crowd = Array.from({ length: CROWD }, () => node.get(`/api/handles/${identifier}`));
    while ((await counted(node, 'coalesced')) - before < CROWD - 1) await setTimeout(100);
    release();
    const answers = await Promise.all(crowd);
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]));
    t.equal(new Set(answers.map(({ text }) => text)).size, 1, 'all get the same answer');
  }

  const industry = await start(t, { KAPOK_PREFIX: '88.101' });
  const top = await start(t, { KAPOK_ROLE: 'top', KAPOK_PREFIX: '88' });
  await top.call('PUT', '/api/v1/prefixes/88.101', { body: { url: industry.url } });

  t.test('cause one database query on the node that hosts it', async (t) => {
    await put(industry, '88.101/a');
    const before = statements.of('read_records');
    await ask(t, industry, { identifier: '88.101/a', ...statements.hold('read_records') });
    t.equal(statements.of('read_records') - before, 1);
    await industry.get('/api/handles/88.101/a');
    t.equal(statements.of('read_records') - before, 1, 'and none afterwards');
  });

  t.test('cause one upstream call of a node that recurses, and no query of its own', async (t) => {
    const { behaviour, release } = holding(answering((handle) => found(handle)));
    const peer = await startFaultyPeer(t, behaviour);
    await top.call('PUT', '/api/v1/prefixes/88.102', { body: { url: peer.url } });
    const before = statements.of('read_records');
    await ask(t, top, { identifier: '88.102/a', release });
    t.match(peer.calls, [{ identifiers: ['88.102/a'] }]);
    t.equal(peer.calls.length, 1);
    t.equal(statements.of('read_records') - before, 0);
  });

  t.test('cause one call and one query in a tree of real nodes', async (t) => {
    await put(industry, '88.101/b');
    const before = statements.of('read_records');
    await ask(t, top, { identifier: '88.101/b', ...statements.hold('read_records') });
    t.equal(statements.of('read_records') - before, 1);
    const { text } = await industry.get('/metrics');
    t.match(text, /kapok_http_request_seconds_count\{route="\/api\/resolve",status="200"\} 1\n/);
  });

  t.test('cause one database query and one look into Redis where there is one', { skip: redisMissing() }, async (t) => {
    const node = await start(t, { KAPOK_PREFIX: '88.103', REDIS_URL: (await startRedis(t)).url });
    await put(node, '88.103/a');
    const [queries, looks] = [statements.of('read_records'), await counted(node, 'redis-miss')];
    await ask(t, node, { identifier: '88.103/a', ...statements.hold('read_records') });
    t.equal(statements.of('read_records') - queries, 1);
    t.equal((await counted(node, 'redis-miss')) - looks, 1);
  });
});
