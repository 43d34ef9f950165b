import t from 'tap';
import type { StreamEntry, StreamPage } from '../../../proto/http/report-stream.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { until } from '../../resolve/until.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode, type TestNode } from '../../support/node.ts';
import { createTestKey } from '../../support/signing-peer.ts';
import { grantFeed } from '../../tree/mirrored.ts';
import { startNodeProcess } from '../../tree/node-process.ts';
import { ReportPeer } from './report-peer.ts';

const LIMIT = 60_000;
const suite = t;
const databases = await startDatabases(t);
const settings = {
  KAPOK_ROLE: 'top',
  KAPOK_PREFIX: '88',
  KAPOK_RECONCILE_SECONDS: '1',
  DATABASE_URL: await databases.create(),
};
let top = await startTestNode(t, settings);
const PREFIX = '88.103' as Prefix;
const peer = new ReportPeer(PREFIX, createTestKey());
await peer.start(t);

async function digestsOf(node: Pick<TestNode, 'call'>, prefix: string): Promise<string> {
  const { json } = await node.call('GET', `/api/v1/reports/stream/digests?prefix=${prefix}`);
  return sorted(json.buckets);
}

function sorted(buckets: object): string {
  return JSON.stringify(Object.entries(buckets).sort(([a], [b]) => Number(a) - Number(b)));
}

async function entriesOf(node: TestNode): Promise<StreamEntry[]> {
  const entries: StreamEntry[] = [];
  for (let after = 0; ; ) {
    const { json } = await node.call('GET', `/api/v1/reports/stream?after=${after}&limit=3`);
    entries.push(...json.entries);
    if (json.next === after) return entries;
    after = json.next;
  }
}

/** Of what the peer told: what the node says of the prefix itself is not the peer's. */
const agrees = async () => (await digestsOf(top, `${PREFIX}.5`)) === sorted(peer.buckets());

t.test('what a node below reports is taken over by pages', async (t) => {
  for (let i = 0; i < 11; i++) peer.put(`2026-11-${10 + i}`, i);
  const { status } = await top.call('PUT', `/api/v1/prefixes/${PREFIX}`, { body: { url: peer.url, pin: true } });
  t.equal(status, 201);
  await until(agrees, LIMIT);
  const told = (await entriesOf(top)).filter(({ prefix }) => prefix === `${PREFIX}.5`);
  t.equal(told.length, 11);
  t.match(told.find(({ key }) => key === '2026-11-13')?.data, { requests: 3 });
});

/** Twice, backwards, with what is no report, and with one of a prefix that is not the node's. */
const garbled = (page: StreamPage) => {
  const foreign = { ...page.entries[0], prefix: '88.9' };
  return { ...page, entries: [...page.entries, ...page.entries, null, { kind: 'T8' }, 7, foreign].reverse() };
};
const FAULTS: [title: string, twist: (page: StreamPage) => unknown][] = [
  ['loses every second report', (page) => ({ ...page, entries: page.entries.filter((_, i) => i % 2 === 0) })],
  ['sends reports twice, backwards, and among what is none', garbled],
];
for (const [title, twist] of FAULTS) {
  t.test(`a node that ${title}: both sides agree in the end`, async (t) => {
    peer.twist = twist;
    for (let i = 0; i < 5; i++) peer.put(`2026-11-${10 + i}`, 100 + i);
    await until(agrees, LIMIT);
    t.notOk((await entriesOf(top)).some(({ prefix }) => prefix === '88.9'));
    peer.twist = (page) => page;
  });
}

t.test(
  'the node above is away for a while, answers are cut off, one report goes back, one is gone: both sides agree',
  async (t) => {
    await top.close();
    for (let i = 0; i < 9; i++) peer.put(`2026-10-${10 + i}`, i);
    peer.put('2026-11-10', 77, { silently: true });
    peer.entries.delete('2026-11-11');
    const back = peer.entries.get('2026-11-12');
    if (back !== undefined) peer.entries.set('2026-11-12', { ...back, version: 1, seq: 1 });
    let cuts = 0;
    peer.twist = (page) => (cuts++ < 2 ? null : page);
    top = await startTestNode(suite, settings);
    await until(agrees, LIMIT);
    t.ok(cuts > 2);
  },
);

t.test('the node above is killed again and again while reports are lost and doubled: both sides agree', async (t) => {
  const [prefix, own] = ['88.104' as Prefix, { ...settings, DATABASE_URL: await databases.create() }];
  const below = new ReportPeer(prefix, createTestKey());
  await below.start(t);
  let pages = 0;
  const faulty = (twist: (page: StreamPage) => unknown) => (page: StreamPage) => {
    pages++;
    return twist(page);
  };
  let above = await startNodeProcess(t, own);
  const { status } = await above.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url: below.url, pin: true } });
  t.equal(status, 201);
  for (let round = 0; round < FAULTS.length; round++) {
    below.twist = faulty(FAULTS[round]?.[1] ?? ((page) => page));
    for (let i = 10; i < 28; i++) below.put(`2026-1${round}-${i}`, 100 * round + i);
    const before = pages;
    await until(() => pages > before + 1, LIMIT);
    await above.kill();
    above = await startNodeProcess(t, own);
  }
  below.twist = (page) => page;
  await until(async () => (await digestsOf(above, `${prefix}.5`)) === sorted(below.buckets()), LIMIT);
  t.ok(below.entries.size >= 36);
  await above.kill();
});

t.test('a node whose stream begins anew is read from its beginning', async (t) => {
  peer.stream = 's1';
  peer.entries.clear();
  peer.head = 0;
  for (let i = 0; i < 3; i++) peer.put(`2026-12-${10 + i}`, i);
  await until(agrees, LIMIT);
  t.equal((await entriesOf(top)).filter(({ prefix }) => prefix === `${PREFIX}.5`).length, 3);
});

t.test(
  'a real node reports its site, its prefixes, templates and days, and the node above holds the same',
  async (t) => {
    const industry = await startTestNode(t, {
      ...settings,
      KAPOK_ROLE: 'industry',
      KAPOK_PREFIX: '88.102',
      DATABASE_URL: await databases.create(),
    });
    await grantFeed(top, industry);
    await industry.call('PUT', '/api/v1/prefixes/88.102.5', { body: { label: 'hosted' } });
    const items = [{ index: 2000, type: 'name', kind: 'text' }];
    await industry.call('POST', '/api/v1/templates', { body: { template: '88.102.5/product', items } });
    await top.call('PUT', '/api/v1/prefixes/88.102', { body: { url: industry.url, pin: true } });
    const ofIndustry = async () =>
      (await entriesOf(top)).filter(
        ({ prefix, kind }) => prefix.startsWith('88.102') && !(kind === 'T7' && prefix === '88.102'),
      );
    await until(async () => (await ofIndustry()).some(({ kind }) => kind === 'T11'), LIMIT);
    const held = (await ofIndustry()).map(({ kind, prefix, key }) => `${kind} ${prefix} ${key}`.trim()).sort();
    t.strictSame(
      held.filter((name) => !name.startsWith('T3 ')),
      ['T11 88.102.5 product 1', 'T2 88.102', 'T7 88.102.5'],
    );
    await until(async () => (await digestsOf(top, '88.102.5')) === (await digestsOf(industry, '88.102.5')), LIMIT);
    await industry.call('PATCH', '/api/v1/prefixes/88.102.5', { body: { status: 'suspended' } });
    await until(
      async () =>
        (await ofIndustry()).some(
          ({ kind, data }) => kind === 'T7' && (data as { status: string }).status === 'suspended',
        ),
      LIMIT,
    );
  },
);
