import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { followResolutions } from './follow-resolutions.ts';

const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() };
const node = await startTestNode(t, settings);
const { url } = node;
const body = [{ index: 1, type: 'NAME', data: 'sample' }];
for (const prefix of ['88.101.1', '88.101.11']) {
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  await node.call('PUT', `/api/handles/${prefix}/A`, { body });
}
const get = (identifier: string) => node.get(`/api/handles/${identifier}`);
const brief = ({ identifier, outcome, layer }: { identifier: string; outcome: string; layer: string }) =>
  `${identifier} ${outcome} ${layer}`;

t.test(
  'each resolution is told as it happens: what, how it ended, where the answer came from, and how long it took',
  async (t) => {
    const { next } = await followResolutions(t, { url });
    for (const identifier of ['88.101.1/A', '88.101.1/A', '88.101.1/A', '88.101.1/none', '99/A']) await get(identifier);
    await node.call('POST', '/api/resolve', { body: { identifiers: ['88.101.1/none', '88.101.11/A'] } });
    await node.call('GET', '/api/handles/88.101.1/A');
    const told = await next(8);
    t.strictSame(told.map(brief), [
      '88.101.1/A found store',
      '88.101.1/A found memory',
      '88.101.1/A found memory',
      '88.101.1/none absent store',
      '99/A failed prefixes',
      '88.101.1/none absent memory',
      '88.101.11/A found store',
      '88.101.1/A found store',
    ]);
    for (const { time, prefix, milliseconds } of told) {
      t.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, time);
      t.match(prefix, /^(88\.101\.11?|99)$/);
      t.ok(milliseconds >= 0 && milliseconds < 60_000);
    }
  },
);

t.test('who asked is not told', async (t) => {
  const { next } = await followResolutions(t, { url });
  await get('88.101.1/A');
  const [line] = await next(1);
  t.strictSame(Object.keys(line ?? {}).sort(), ['identifier', 'layer', 'milliseconds', 'outcome', 'prefix', 'time']);
});

t.test(
  'an auditor of a subtree sees that subtree, by labels and not by beginnings, and nothing without naming it',
  async (t) => {
    const made = { body: { role: 'auditor', scope: '88.101.1', label: 'auditor' } };
    const { token } = (await node.call('POST', '/api/v1/tokens', made)).json;
    const { next } = await followResolutions(t, { url, token, query: 'prefix=88.101.1' });
    for (const identifier of ['88.101.11/A', '88.101/none', '99/A', '88.101.1/A']) await get(identifier);
    t.strictSame((await next(1)).map(brief), ['88.101.1/A found memory']);
    for (const query of ['', '?prefix=88.101.11', '?prefix=88.101'])
      t.equal((await node.call('GET', `/api/v1/resolutions/stream${query}`, { token })).status, 403, query);
  },
);

t.test('one in so many is told when that is asked for, of the subtree alone', async (t) => {
  const { next } = await followResolutions(t, { url, query: 'prefix=88.101.1&sample=3' });
  for (let i = 1; i <= 9; i++) {
    await get(`88.101.1/sampled-${i}`);
    await get(`88.101.11/other-${i}`);
  }
  t.strictSame(
    (await next(3)).map(brief),
    [3, 6, 9].map((i) => `88.101.1/sampled-${i} absent store`),
  );
});

t.test('it says how it stands once a second, and ends when it was asked to', async (t) => {
  const ends = new Date(Date.now() + 2_500).toISOString();
  const { rest } = await followResolutions(t, { url, query: `until=${encodeURIComponent(ends)}` });
  const told = await rest();
  t.ok(told.length >= 2, `${told.length} lines`);
  for (const { dropped } of told) t.equal(dropped, 0);
});

t.test('what cannot be is refused', async (t) => {
  for (const [query, at] of [
    ['sample=0', 'sample'],
    ['sample=1000001', 'sample'],
    ['until=soon', 'until'],
    ['prefix=88..1', undefined],
  ] as const) {
    const { status, json } = await node.call('GET', `/api/v1/resolutions/stream?${query}`);
    t.match({ status, json }, { status: 400, json: at === undefined ? {} : { at } }, query);
  }
});

t.test('so many watch at once, and a place is free when one has gone', async (t) => {
  const streams = await Promise.all(Array.from({ length: 16 }, () => followResolutions(t, { url })));
  const more = await node.call('GET', '/api/v1/resolutions/stream');
  t.match({ status: more.status, code: more.json.code }, { status: 429, code: 'RATE_LIMITED' });
  for (const { body: stream } of streams) stream.on('error', () => {}).destroy();
  const path = '/api/v1/resolutions/stream?until=2026-01-01T00:00:00Z';
  await until(async () => (await node.call('GET', path)).status === 200);
});

t.test('a node that closes ends its streams', async (t) => {
  const other = await startTestNode(t, { ...settings, DATABASE_URL: await databases.create() });
  const { rest } = await followResolutions(t, { url: other.url });
  const told = rest();
  await other.close();
  t.ok((await told).length >= 0);
});
