import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { putPrefix, putRecord } from './start-tree.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

t.setTimeout(600_000);
/** What a busy machine may take, in milliseconds; what is waited for comes by no clock, for the answers live a day. */
const PATIENCE = 30_000;
const DAY = 86_400;

const databases = await startDatabases(t);
const start = async (role: string, prefix: string) =>
  startTestNode(t, {
    KAPOK_ROLE: role,
    KAPOK_PREFIX: prefix,
    DATABASE_URL: await databases.create(),
    KAPOK_HOP_TIMEOUT_MS: '500',
  });
const [top, industry, enterprise] = [
  await start('top', '88'),
  await start('industry', '88.101'),
  await start('enterprise', '88.101.7'),
];
const toEnterprise = await startTcpProxy(t, enterprise.url);
await putPrefix(top, '88.101', { url: industry.url });
await putPrefix(industry, '88.101.7', { url: origin(toEnterprise) });

function origin({ url }: TcpProxy): string {
  return new URL(url).origin;
}

interface Seen {
  readonly code: string;
  readonly version?: number;
  readonly ttl?: number;
  readonly stale?: number;
}

async function see(identifier: string, node: TestNode = top): Promise<Seen> {
  const { json } = await node.call('POST', '/api/resolve', {
    body: { identifiers: [identifier], recursive: true },
    token: null,
  });
  return json.answers[0];
}

/** Until the top node keeps an answer for longer than it keeps what it does not follow. */
function kept(identifier: string): Promise<Seen> {
  return until(async () => {
    const seen = await see(identifier);
    return (seen.ttl ?? 0) > 1 && seen;
  }, PATIENCE);
}

t.test('an answer from below is kept as long as it says, and taken back when it changes there', async (t) => {
  await putRecord(enterprise, '88.101.7/moving', 'first');
  const first = await kept('88.101.7/moving');
  t.match(first, { code: 'FOUND', version: 1 });
  t.ok((first.ttl ?? 0) > DAY / 2, `${first.ttl} s`);
  for (let version = 2; version < 12; version++) {
    await putRecord(enterprise, '88.101.7/moving', `version ${version}`);
    await until(async () => (await see('88.101.7/moving')).version === version, PATIENCE);
    await kept('88.101.7/moving');
  }
});

t.test('what was asked for in several spellings is taken back in all of them', async (t) => {
  const spellings = ['88.101.7/spelled', '88.101.7/SPELLED', '88.101.7/Spelled'];
  await putRecord(enterprise, '88.101.7/spelled', 'first');
  for (const spelling of spellings) await kept(spelling);
  await putRecord(enterprise, '88.101.7/spelled', 'second');
  for (const spelling of spellings) await until(async () => (await see(spelling)).version === 2, PATIENCE);
  t.pass();
});

t.test('what was absent is found when it is registered, and what is withdrawn is seen', async (t) => {
  t.match(await kept('88.101.7/new'), { code: 'NOT_FOUND' });
  await putRecord(enterprise, '88.101.7/new');
  await until(async () => (await see('88.101.7/new')).code === 'FOUND', PATIENCE);
  await kept('88.101.7/new');
  await enterprise.call('DELETE', '/api/handles/88.101.7/new');
  await until(async () => (await see('88.101.7/new')).code === 'TOMBSTONE', PATIENCE);
  t.pass();
});

t.test('a change of a prefix in between is seen, though the record itself did not change', async (t) => {
  await putRecord(enterprise, '88.101.7/lasting');
  for (const [status, code] of [
    ['suspended', 'PREFIX_SUSPENDED'],
    ['active', 'FOUND'],
  ]) {
    await kept('88.101.7/lasting');
    await industry.call('PATCH', '/api/v1/prefixes/88.101.7', { body: { status } });
    await until(async () => (await see('88.101.7/lasting')).code === code, PATIENCE);
  }
  t.pass();
});

t.test('what is hosted in between, another prefix, and its own record, stay kept meanwhile', async (t) => {
  await putRecord(industry, '88.101/other');
  await kept('88.101/other');
  await kept('88.101.7/lasting');
  const asked = await hits();
  await putRecord(enterprise, '88.101.7/moving', 'again');
  await until(async () => (await see('88.101.7/moving')).version === 12, PATIENCE);
  t.match(await see('88.101/other'), { code: 'FOUND' });
  t.match(await see('88.101.7/lasting'), { code: 'FOUND' });
  t.ok((await hits()) >= asked + 2, 'from memory');
});

t.test(
  'a node that is not heard any more is believed for a second; what it kept is stale then, and no longer after',
  async (t) => {
    await kept('88.101.7/moving');
    await toEnterprise.cut();
    await until(async () => (await see('88.101.7/moving')).stale !== undefined, PATIENCE);
    await putRecord(enterprise, '88.101.7/moving', 'while it was away');
    t.match(await see('88.101.7/moving'), { code: 'FOUND', version: 12 });
    await toEnterprise.mend();
    await until(async () => {
      const { version, stale } = await see('88.101.7/moving');
      return version === 13 && stale === undefined;
    }, PATIENCE);
    t.ok(((await kept('88.101.7/moving')).ttl ?? 0) > 1);
  },
);

t.test('a connection that lies silent is a node that is not heard', async (t) => {
  await kept('88.101.7/moving');
  toEnterprise.stall();
  await until(async () => (await see('88.101.7/moving')).stale !== undefined, PATIENCE);
  await toEnterprise.mend();
  t.match(await kept('88.101.7/moving'), { code: 'FOUND', version: 13 });
});

t.test('the metrics say how many nodes are followed', async (t) => {
  const { text } = await top.get('/metrics');
  t.match(text, /^kapok_watches\{state="current"\} 2$/m);
});

async function hits(): Promise<number> {
  const { text } = await top.get('/metrics');
  return Number(/^kapok_resolutions_total\{event="hit"\} (\d+)$/m.exec(text)?.[1]);
}
