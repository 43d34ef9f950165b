import t, { type Test } from 'tap';
import type { Answer } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { readMetrics } from '../telemetry/metrics.ts';
import { askThreeWays } from './lane/ask-three-ways.ts';

const databases = await startDatabases(t);

async function startLimited(t: Test, settings: Record<string, string>): Promise<TestNode> {
  const limits = { KAPOK_NETWORK_LIMIT: '1000', KAPOK_CALLER_LIMIT: '1000', KAPOK_PREFIX_LIMIT: '1000' };
  const DATABASE_URL = await databases.create();
  return startTestNode(t, { KAPOK_PREFIX: '88.101', KAPOK_RATE_LIMIT: '1000', DATABASE_URL, ...limits, ...settings });
}

const limitsOf = ({ headers }: Answer) => [headers['ratelimit-limit'], headers['ratelimit-remaining']].map(Number);

function isRefused(t: Test, answer: Answer, detail: RegExp) {
  t.match(answer, { status: 429, json: { code: 'RATE_LIMITED', responseCode: 3, detail } });
  t.ok(Number(answer.headers['retry-after']) >= 1 && Number(answer.headers['retry-after']) <= 60);
  t.match(answer.headers, { 'ratelimit-remaining': '0', 'ratelimit-reset': answer.headers['retry-after'] });
}

async function createToken(node: TestNode, body: object): Promise<string> {
  return (await node.call('POST', '/api/v1/tokens', { body: { label: 'x', ...body } })).json.token;
}

t.test('each credential has a limit of its own, and answers tell where it stands', async (t) => {
  const node = await startLimited(t, { KAPOK_CALLER_LIMIT: '5' });
  const token = await createToken(node, { scope: '88.101', role: 'auditor' });
  const ask = () => node.call('GET', '/api/v1/prefixes', { token });
  const first = await ask();
  t.strictSame([first.status, ...limitsOf(first)], [200, 5, 4]);
  t.ok(Number(first.headers['ratelimit-reset']) <= 60);
  for (let i = 0; i < 4; i++) t.equal((await ask()).status, 200);
  isRefused(t, await ask(), /^Too many requests with this credential; retry in \d+ s$/);
  t.equal((await node.call('GET', '/api/v1/prefixes')).status, 200, 'another one goes on');
  t.equal((await node.get('/api/handles/88.101/none')).status, 404, 'resolution has another limit');
});

t.test('each prefix takes so many writes, of those who may write there', async (t) => {
  const node = await startLimited(t, { KAPOK_PREFIX_LIMIT: '3' });
  await node.call('PUT', '/api/v1/prefixes/88.101.1', { body: {} });
  const stranger = await createToken(node, { scope: '88.101.2' });
  const write = (name: string, token?: string) =>
    node.call('PUT', `/api/v1/identifiers/${name}`, {
      body: { values: [] },
      ...(token === undefined ? {} : { token }),
    });
  for (let i = 0; i < 5; i++) t.equal((await write('88.101/a', stranger)).status, 403, 'a stranger uses nothing up');
  for (let i = 0; i < 3; i++) t.match((await write('88.101/a')).status, /^20[01]$/);
  isRefused(t, await write('88.101/b'), /that write to this prefix/);
  const body = { prefix: '88.101', values: [] };
  isRefused(t, await node.call('POST', '/api/v1/identifiers', { body }), /that write to this prefix/);
  t.equal((await write('88.101.1/a')).status, 201, 'another prefix goes on');
  t.equal((await node.call('GET', '/api/v1/identifiers?prefix=88.101')).status, 200, 'reading is no write');
});

t.test('a network has a limit whoever asks, and probes of its health have none', async (t) => {
  const node = await startLimited(t, { KAPOK_NETWORK_LIMIT: '4' });
  for (let i = 0; i < 4; i++) t.equal((await node.get('/api/v1/templates?prefix=88.101')).status, 200);
  isRefused(t, await node.get('/api/v1/templates?prefix=88.101'), /from this network/);
  isRefused(t, await node.call('GET', '/api/v1/prefixes'), /from this network/);
  t.equal((await node.get('/health/live')).status, 200);
});

t.test('after thirty wrong credentials a network is refused whatever it brings', async (t) => {
  const node = await startLimited(t, {});
  const guess = () => node.call('GET', '/api/v1/prefixes', { token: `kapok_${'w'.repeat(43)}` });
  for (let i = 0; i < 30; i++) t.equal((await guess()).status, 401);
  isRefused(t, await guess(), /wrong credentials from this network/);
  isRefused(t, await node.call('GET', '/api/v1/prefixes'), /wrong credentials/);
  const { status, json } = await node.call('GET', '/api/handles/88.101/x');
  t.match({ status, json }, { status: 429, json: { responseCode: 3, code: 'RATE_LIMITED' } }, 'resolving with it, too');
  t.equal((await node.get('/api/handles/88.101/x')).status, 404, 'a guest goes on');
});

t.test('a refused resolution tells its limit', async (t) => {
  const node = await startLimited(t, { KAPOK_RATE_LIMIT: '2' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => node.get('/api/handles/88.101/none')));
  const refused = answers.find(({ status }) => status === 429);
  t.match(refused?.headers, { 'retry-after': '1', 'ratelimit-limit': '2', 'ratelimit-remaining': '0' });
});

t.test('a network over its limit is told the same whichever way it asks, and counts once each time', async (t) => {
  const node = await startLimited(t, { KAPOK_RATE_LIMIT: '2' });
  const identifiers = Array.from({ length: 100 }, (_, i) => `88.101/${i}`);
  // It owes more than a second gives.
  t.equal((await node.call('POST', '/api/resolve', { body: { identifiers } })).status, 200);
  const { lane, ...others } = await askThreeWays(t, node.url, '/api/handles/88.101/none');
  t.match(lane.head, /^HTTP\/1\.1 429 /);
  t.match(lane.head, /\nretry-after: 1$/m);
  t.match(JSON.parse(lane.body), { code: 'RATE_LIMITED', responseCode: 3 });
  for (const [way, answer] of Object.entries(others)) t.same(answer, lane, way);
  t.equal((await readMetrics(node))('kapok_resolutions_total{event="limited"}'), 3);
});

t.test('two processes of a node count together in Redis', { skip: redisMissing() }, async (t) => {
  const redis = await startRedis(t);
  const settings = { REDIS_URL: redis.url, DATABASE_URL: await databases.create() };
  const [one, other] = [await startLimited(t, settings), await startLimited(t, settings)];
  const token = await createToken(one, { scope: '88.101', role: 'auditor' });
  const left = async (node: TestNode) => limitsOf(await node.call('GET', '/api/v1/prefixes', { token }))[1] ?? 0;
  // Until Redis is reached, and while it is too slow, each counts for itself.
  for (let i = 0; i < 400; i++) {
    const before = await left(one);
    if ((await left(other)) === before - 1 && (await left(one)) === before - 2) return;
  }
  t.fail('they count each for itself');
});

t.test('a limit goes on when Redis is gone', { skip: redisMissing() }, async (t) => {
  const redis = await startRedis(t);
  const node = await startLimited(t, { KAPOK_CALLER_LIMIT: '6', REDIS_URL: redis.url });
  const ask = async () => (await node.call('GET', '/api/v1/prefixes')).status;
  t.strictSame([await ask(), await ask(), await ask()], [200, 200, 200]);
  await redis.kill();
  t.strictSame([await ask(), await ask(), await ask(), await ask()], [200, 200, 200, 429]);
});
