import t, { type Test } from 'tap';
import type { FeedPage } from '../../proto/http/feed.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { FeedPeer, nameValue } from '../support/feed-peer.ts';
import { startTestNode } from '../support/node.ts';
import { createTestKey } from '../support/signing-peer.ts';

const databases = await startDatabases(t);
const settings = {
  KAPOK_ROLE: 'top',
  KAPOK_PREFIX: '88',
  KAPOK_RECONCILE_SECONDS: '2',
  DATABASE_URL: await databases.create(),
};
const top = await startTestNode(t, settings);
let count = 100;

async function follow(t: Test, prepare: (peer: FeedPeer) => void = () => {}) {
  const prefix = `88.${++count}` as Prefix;
  const peer = new FeedPeer(prefix, createTestKey());
  prepare(peer);
  await peer.start(t);
  const { status } = await top.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url: peer.url, pin: true } });
  t.equal(status, 201);
  t.teardown(() => top.call('PATCH', `/api/v1/prefixes/${prefix}`, { body: { status: 'suspended' } }));
  const held = async () => (await top.call('GET', `/api/v1/feed/digests?prefix=${prefix}`)).json.buckets;
  const agrees = async () => {
    const [a, b] = [JSON.stringify(sorted(await held())), JSON.stringify(sorted(peer.buckets()))];
    return a === b;
  };
  const entry = async (suffix: string) => {
    for (let after = 0; ; ) {
      const page = (await top.call('GET', `/api/v1/feed?after=${after}`)).json as FeedPage;
      const found = page.entries.find(({ identifier }) => identifier === `${prefix}/${suffix}`);
      if (found !== undefined || page.next === after) return found;
      after = page.next;
    }
  };
  return { prefix, peer, agrees, entry };
}

const sorted = (buckets: object) => Object.entries(buckets).sort(([a], [b]) => Number(a) - Number(b));
const fill = (peer: FeedPeer, many: number) => {
  for (let i = 0; i < many; i++) peer.put(`ITEM-${i}`);
};

t.test('pages are followed to the end, signed, and then waited for', async (t) => {
  const { peer, agrees } = await follow(t, (peer) => fill(peer, 33));
  await until(agrees);
  peer.put('LATER');
  await until(agrees);
  t.ok(peer.calls.some((call) => /wait=/.test(call)));
});

const FAULTS: [title: string, twist: (page: FeedPage) => unknown][] = [
  ['sends entries twice', (page) => ({ ...page, entries: [...page.entries, ...page.entries] })],
  ['sends entries in the wrong order', (page) => ({ ...page, entries: [...page.entries].reverse() })],
  ['leaves out every second entry', (page) => ({ ...page, entries: page.entries.filter((_, i) => i % 2 === 0) })],
  ['leaves out every entry', (page) => ({ ...page, entries: [] })],
  ['jumps to its end', (page) => ({ ...page, entries: page.entries.slice(0, 1), next: page.head })],
  [
    'sends older versions after newer ones',
    (page) => ({
      ...page,
      entries: page.entries.flatMap((entry) => [entry, { ...entry, version: 1, values: [nameValue('older')] }]),
    }),
  ],
  [
    'adds entries that are none',
    (page) => ({ ...page, entries: [null, 7, {}, { ...page.entries[0], version: -1 }, ...page.entries] }),
  ],
  [
    'adds entries of other prefixes',
    (page) => ({
      ...page,
      entries: [...page.entries, { ...page.entries[0], identifier: '88/FOREIGN', prefix: '88', suffixKey: 'FOREIGN' }],
    }),
  ],
];

for (const [title, twist] of FAULTS) {
  t.test(`the digests agree in the end, though the node ${title}`, async (t) => {
    const { peer, agrees, entry } = await follow(t, (peer) => {
      fill(peer, 20);
      fill(peer, 10);
      peer.twist = twist;
    });
    await until(agrees);
    fill(peer, 5);
    await until(agrees);
    t.match(await entry('ITEM-1'), { version: 3, name: 'ITEM-1 3' });
    const foreign = (await top.call('GET', '/api/v1/feed/digests?prefix=88')).text;
    t.notMatch(foreign, /FOREIGN/);
  });
}

t.test('changes that the feed never told of are found by comparison, and counted', async (t) => {
  const { peer, agrees, entry } = await follow(t, (peer) => fill(peer, 12));
  await until(agrees);
  peer.put('ITEM-3', {}, { silently: true });
  peer.put('UNTOLD', {}, { silently: true });
  peer.remove('ITEM-5');
  await until(agrees);
  t.match(await entry('ITEM-3'), { version: 2 });
  t.match(await entry('UNTOLD'), { version: 1 });
  t.equal(await entry('ITEM-5'), undefined);
  const { text } = await top.get('/metrics');
  for (const event of ['added', 'changed', 'removed'])
    t.match(text, new RegExp(`kapok_mirror_entries_total\\{event="${event}"\\} [1-9]`));
});

t.test(
  'an entry of a moment that cannot be is left out and counted, and the others of its page are there',
  async (t) => {
    const moments = [
      '0000-01-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '12',
      '+275760-01-01T00:00:00Z',
      '2026-01-01T00:00:00+16:00',
    ];
    const { agrees, entry } = await follow(t, (peer) => {
      fill(peer, 3);
      const entries = moments.map((updatedAt, i) => {
        const bad = peer.put(`BAD-${i}`, { updatedAt });
        peer.remove(`BAD-${i}`);
        return bad;
      });
      peer.twist = (page) => ({ ...page, entries: [...entries, ...page.entries] });
    });
    await until(agrees);
    t.match(await entry('ITEM-2'), { version: 1 });
    for (const i of moments.keys()) t.equal(await entry(`BAD-${i}`), undefined);
    t.match((await top.get('/metrics')).text, /kapok_mirror_entries_total\{event="refused"\} ([5-9]|\d\d)/);
  },
);

t.test('an older page that is sent again changes nothing, and a restored backup everything', async (t) => {
  const { peer, agrees, entry } = await follow(t, (peer) => fill(peer, 6));
  const first = peer.put('ITEM-0');
  await until(agrees);
  peer.put('ITEM-0');
  await until(agrees);
  peer.twist = (page) => ({ ...page, entries: [first, ...page.entries] });
  peer.put('ITEM-1');
  await until(agrees);
  t.match(await entry('ITEM-0'), { version: 3 });
  peer.twist = (page) => page;
  peer.entries.set(first.identifier, first);
  peer.feed = 'another';
  peer.head = 2;
  await until(agrees);
  t.match(await entry('ITEM-0'), { version: 2 });
  peer.put('AFTER');
  await until(agrees);
});

t.test('private values that a node lets slip are not taken over', async (t) => {
  const { peer, entry } = await follow(t, (peer) => {
    peer.put('SLIP', {
      values: [nameValue('public'), nameValue('slipped', { index: 2, permissions: '1100' })],
    });
  });
  const found = await until(() => entry('SLIP'));
  t.notMatch(JSON.stringify(found), /slipped/);
  t.match(found, { values: [{ index: 1 }] });
  t.ok(peer.calls.length > 0);
});

t.test('a page with another key than the pinned one is refused', async (t) => {
  const { prefix, peer, agrees } = await follow(t, (peer) => fill(peer, 3));
  await until(agrees);
  const other = new FeedPeer(prefix, createTestKey());
  other.put('FORGED');
  await other.start(t);
  const { site } = (await top.call('GET', `/api/v1/prefixes/${prefix}`)).json;
  const port = Number(new URL(other.url).port);
  const [server] = site.servers;
  const moved = { ...site, servers: [{ ...server, interfaces: [{ ...server.interfaces[0], port }] }] };
  await top.call('PATCH', `/api/v1/prefixes/${prefix}`, { body: { site: moved } });
  await until(() => other.calls.length > 2);
  t.ok(await agrees(), 'what is held is still the word of the first');
  t.equal(peer.entries.size, 3);
});

t.test('a node that moves is followed at its new place from the beginning', async (t) => {
  const { prefix, peer, agrees } = await follow(t, (peer) => fill(peer, 8));
  await until(agrees);
  const moved = new FeedPeer(prefix, createTestKey());
  fill(moved, 4);
  moved.put('NEW');
  await moved.start(t);
  await top.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url: moved.url, pin: true } });
  peer.entries.clear();
  for (const [identifier, entry] of moved.entries) peer.entries.set(identifier, entry);
  await until(agrees);
  t.ok(moved.calls.length > 0);
});
