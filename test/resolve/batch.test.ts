import t, { type Test } from 'tap';
import { startDatabases } from '../support/database.ts';
import { absent, answering, found, referral, startFaultyPeer } from '../support/faulty-peer.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { countStatements } from './count-statements.ts';
import { until } from './until.ts';

const thousand = (prefix: string) => Array.from({ length: 1_000 }, (_, i) => `${prefix}/${i}`);

async function resolve(node: TestNode, identifiers: readonly string[], more: object = {}) {
  const { status, json, text } = await node.call('POST', '/api/resolve', { body: { identifiers, ...more } });
  if (status !== 200) throw new Error(text);
  return json.answers as { handle: string; code: string; responseCode: number; trace?: { node: string }[] }[];
}

t.test('POST /api/resolve', async (t) => {
  const databases = await startDatabases(t);
  const statements = countStatements(t);
  const start = async (t: Test, settings: Record<string, string>) =>
    startTestNode(t, { DATABASE_URL: await databases.create(), ...settings });
  const startTop = async (t: Test, { url, ...settings }: { url: string } & Record<string, string>) => {
    const top = await start(t, { KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', ...settings });
    await top.call('PUT', '/api/v1/prefixes/88.101', { body: { url } });
    return top;
  };

  t.test('a thousand identifiers below one delegated prefix make ten upstream calls', async (t) => {
    const peer = await startFaultyPeer(t);
    const top = await startTop(t, { url: peer.url });
    const answers = await resolve(top, thousand('88.101'));
    t.same(
      answers.map(({ handle, code }) => `${handle} ${code}`),
      thousand('88.101').map((text) => `${text} FOUND`),
      'in the order of the question',
    );
    t.equal(peer.calls.length, 10);
  });

  t.test('so they do where Redis is looked into first', { skip: redisMissing() }, async (t) => {
    const peer = await startFaultyPeer(t);
    const top = await startTop(t, { url: peer.url, REDIS_URL: (await startRedis(t)).url });
    await until(async () => {
      await top.get(`/api/handles/88.101/${Math.random()}`);
      return /event="redis-miss"\} [1-9]/.test((await top.get('/metrics')).text);
    });
    const before = peer.calls.length;
    await resolve(top, thousand('88.101'));
    t.ok(peer.calls.length - before <= 10, `${peer.calls.length - before}`);
  });

  t.test('from cold each level of the tree gets ten calls, not a thousand', async (t) => {
    const enterprise = await startFaultyPeer(t);
    const refer = answering((handle) => referral(handle, { prefix: '88.101.7', site: enterprise.site }));
    const industry = await startFaultyPeer(t, refer);
    await resolve(await startTop(t, { url: industry.url }), thousand('88.101.7'));
    t.ok(industry.calls.length <= 10, `${industry.calls.length}`);
    t.ok(enterprise.calls.length <= 10, `${enterprise.calls.length}`);
  });

  t.test('a thousand identifiers that are hosted here make a handful of statements', async (t) => {
    const node = await start(t, { KAPOK_PREFIX: '88.101' });
    const before = statements.of('read_records');
    const answers = await resolve(node, thousand('88.101'));
    t.ok(answers.every(({ code }) => code === 'NOT_FOUND'));
    t.ok(statements.of('read_records') - before <= 4, `${statements.of('read_records') - before}`);
  });

  t.test('an identifier that is asked for twice is looked for once', async (t) => {
    const peer = await startFaultyPeer(t);
    const top = await startTop(t, { url: peer.url });
    const answers = await resolve(top, ['88.101/a', '88.101/b', '88.101/a']);
    t.match(answers, [{ handle: '88.101/a' }, { handle: '88.101/b' }, { handle: '88.101/a' }]);
    t.same(peer.calls, [{ identifiers: ['88.101/a', '88.101/b'], recursive: false }]);
  });

  t.test('one that fails does not fail the others', async (t) => {
    const peer = await startFaultyPeer(
      t,
      answering((handle) => {
        if (handle.endsWith('/none')) return absent(handle);
        if (handle.endsWith('/broken')) return { handle };
        if (handle.endsWith('/other')) return found('88.101/a');
        return found(handle);
      }),
    );
    const top = await startTop(t, { url: peer.url });
    const names = ['88.101/none', '88.101/broken', '88.101/other', '88.101/a', 'no slash', '99/a'];
    t.match(await resolve(top, names), [
      { handle: '88.101/none', code: 'NOT_FOUND', responseCode: 100 },
      { handle: '88.101/broken', code: 'UPSTREAM_INVALID' },
      { handle: '88.101/other', code: 'UPSTREAM_INVALID' },
      { handle: '88.101/a', code: 'FOUND', responseCode: 1 },
      { handle: 'no slash', code: 'INVALID_IDENTIFIER', responseCode: 102 },
      { handle: '99/a', code: 'NOT_RESPONSIBLE', responseCode: 301 },
    ]);
  });

  t.test('each answer can have its own trace', async (t) => {
    const peer = await startFaultyPeer(t);
    const top = await startTop(t, { url: peer.url });
    const [first, second] = await resolve(top, ['88.101/a', '88/b'], { explain: true });
    t.match(first?.trace, [{ node: '88', prefix: '88.101', outcome: 'referral' }]);
    t.match(second?.trace, [{ node: '88', prefix: '88', outcome: 'absent', source: 'store' }]);
  });
});
