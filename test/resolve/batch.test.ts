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
  const top = await start(t, { KAPOK_ROLE: 'top', KAPOK_PREFIX: '88' });
  let count = 0;
  /** A child prefix of its own for each test, and the node above it. */
  const delegate = async (url: string, node = top) => {
    const prefix = `88.${++count}`;
    await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url } });
    return prefix;
  };

  t.test('a thousand identifiers below one delegated prefix make ten upstream calls', async (t) => {
    const peer = await startFaultyPeer(t);
    const names = thousand(await delegate(peer.url));
    const answers = await resolve(top, names);
    t.same(
      answers.map(({ handle, code }) => `${handle} ${code}`),
      names.map((text) => `${text} FOUND`),
      'in the order of the question',
    );
    t.equal(peer.calls.length, 10);
  });

  t.test('so they do where Redis is looked into first', { skip: redisMissing() }, async (t) => {
    const peer = await startFaultyPeer(t);
    const settings = { KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', REDIS_URL: (await startRedis(t)).url };
    const cached = await start(t, settings);
    const prefix = await delegate(peer.url, cached);
    await until(async () => {
      await cached.get(`/api/handles/${prefix}/${Math.random()}`);
      return /event="redis-miss"\} [1-9]/.test((await cached.get('/metrics')).text);
    });
    const before = peer.calls.length;
    await resolve(cached, thousand(prefix));
    t.ok(peer.calls.length - before <= 10, `${peer.calls.length - before}`);
  });

  t.test('from cold each level of the tree gets ten calls, not a thousand', async (t) => {
    const [enterprise, industry] = [await startFaultyPeer(t), await startFaultyPeer(t)];
    const prefix = await delegate(industry.url);
    industry.behave(answering((handle) => referral(handle, { prefix: `${prefix}.7`, site: enterprise.site })));
    await resolve(top, thousand(`${prefix}.7`));
    t.ok(industry.calls.length <= 10, `${industry.calls.length}`);
    t.ok(enterprise.calls.length <= 10, `${enterprise.calls.length}`);
  });

  t.test('a thousand identifiers that are hosted here make a handful of statements', async (t) => {
    const before = statements.of('read_records');
    const answers = await resolve(top, thousand('88'));
    t.ok(answers.every(({ code }) => code === 'NOT_FOUND'));
    t.ok(statements.of('read_records') - before <= 4, `${statements.of('read_records') - before}`);
  });

  t.test('an identifier that is asked for twice is looked for once', async (t) => {
    const peer = await startFaultyPeer(t);
    const prefix = await delegate(peer.url);
    const [a, b] = [`${prefix}/a`, `${prefix}/b`];
    t.match(await resolve(top, [a, b, a]), [{ handle: a }, { handle: b }, { handle: a }]);
    t.same(peer.calls, [{ identifiers: [a, b], recursive: false }]);
  });

  t.test('one that fails does not fail the others', async (t) => {
    const peer = await startFaultyPeer(t);
    const prefix = await delegate(peer.url);
    const answers = {
      none: absent(`${prefix}/none`),
      broken: { handle: `${prefix}/broken` },
      other: found(`${prefix}/a`),
      a: found(`${prefix}/a`),
    };
    peer.behave(answering((handle) => answers[handle.slice(prefix.length + 1) as keyof typeof answers]));
    const names = Object.keys(answers).map((suffix) => `${prefix}/${suffix}`);
    t.match(await resolve(top, [...names, 'no slash', '99/a']), [
      { handle: `${prefix}/none`, code: 'NOT_FOUND', responseCode: 100 },
      { handle: `${prefix}/broken`, code: 'UPSTREAM_INVALID' },
      { handle: `${prefix}/other`, code: 'UPSTREAM_INVALID' },
      { handle: `${prefix}/a`, code: 'FOUND', responseCode: 1 },
      { handle: 'no slash', code: 'INVALID_IDENTIFIER', responseCode: 102 },
      { handle: '99/a', code: 'NOT_RESPONSIBLE', responseCode: 301 },
    ]);
  });

  t.test('each answer can have its own trace', async (t) => {
    const prefix = await delegate((await startFaultyPeer(t)).url);
    const [first, second] = await resolve(top, [`${prefix}/a`, '88/b'], { explain: true });
    t.match(first?.trace, [{ node: '88', prefix, outcome: 'referral' }]);
    t.match(second?.trace, [{ node: '88', prefix: '88', outcome: 'absent', source: /store|filter/ }]);
  });
});
