import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { Catalogue } from '../../src/search/catalogue.ts';
import type { CatalogueEntry } from '../../src/search/catalogue-entry.ts';
import { entryOf, prefix } from '../search/entries.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_ROLE: 'industry', KAPOK_PREFIX: '88.101', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const catalogue = new Catalogue();
const apply = (...entries: CatalogueEntry[]) => database.transaction((tx) => catalogue.apply(tx, entries));
const feed = async (query = '', token?: string) =>
  node.call('GET', `/api/v1/feed${query}`, token === undefined ? {} : { token });
const names = (json: { entries: { identifier: string }[] }) => json.entries.map(({ identifier }) => identifier);
const auditorOf = async (scope: string): Promise<string> => {
  const body = { scope, role: 'auditor', label: scope };
  return (await node.call('POST', '/api/v1/tokens', { body })).json.token;
};

await apply(
  entryOf('88.101.1/A', [
    ['NAME', 'first'],
    ['SECRET', 'not for everybody', '1100'],
  ]),
  entryOf('88.101.1/B', [['NAME', 'second']]),
  entryOf('88.101.2/C', [['NAME', 'third']], { version: 4 }),
  { ...entryOf('88.101.2/D', []), values: null, successor: '88.101.2/C' },
);

t.test('the feed tells what the catalogue says, in the order of the changes', async (t) => {
  const { status, json } = await feed();
  t.equal(status, 200);
  t.strictSame(names(json), ['88.101.1/A', '88.101.1/B', '88.101.2/C', '88.101.2/D']);
  t.match(json, { feed: /^[0-9a-f-]{36}$/, head: 4, next: 4, withdrawn: '' });
  t.match(json.entries[2], {
    seq: 3,
    prefix: '88.101.2',
    suffixKey: 'C',
    version: 4,
    status: 'active',
    name: 'third',
    source: '',
  });
  t.match(json.entries[3], { status: 'tombstone', successor: '88.101.2/C', values: [] });
});

t.test('a value that is not public is in no page', async (t) => {
  for (const path of ['/api/v1/feed', `/api/v1/feed/digests?prefix=88.101`]) {
    t.notMatch((await node.call('GET', path)).text, /SECRET|not for everybody/);
  }
  for (let bucket = 0; bucket < 256; bucket++) {
    const { status, text } = await node.call('GET', `/api/v1/feed/buckets/${bucket}?prefix=88.101`);
    if (status !== 200 || /SECRET|not for everybody/.test(text)) t.fail(`${bucket}: ${text}`);
  }
});

t.test('pages go on where the one before ended', async (t) => {
  const first = (await feed('?limit=3')).json;
  t.match(first, { next: 3, head: 4 });
  const second = (await feed(`?limit=3&after=${first.next}&feed=${first.feed}`)).json;
  t.strictSame([...names(first), ...names(second)], names((await feed()).json));
  t.match((await feed('?after=4')).json, { entries: [], next: 4, head: 4 });
});

t.test('an entry that has changed moves to the end', async (t) => {
  await apply(entryOf('88.101.1/B', [['NAME', 'second, anew']], { version: 2 }));
  t.match((await feed('?after=4')).json, { entries: [{ identifier: '88.101.1/B', seq: 5, version: 2 }], next: 5 });
  t.strictSame(names((await feed()).json), ['88.101.1/A', '88.101.2/C', '88.101.2/D', '88.101.1/B']);
});

t.test('a position of another catalogue is refused', async (t) => {
  t.match(await feed(`?after=2&feed=${'0'.repeat(36)}`), { status: 410, json: { code: 'FEED_GONE' } });
  t.match(await feed('?after=1000'), { status: 410, json: { code: 'FEED_GONE' } });
  for (const query of ['?after=-1', '?after=x', '?limit=0', '?limit=501', '?wait=26']) {
    t.match(await feed(query), { status: 400, json: { code: 'BAD_REQUEST' } }, query);
  }
});

t.test('a caller sees its subtrees alone, and goes on past the rest', async (t) => {
  const token = await auditorOf('88.101.2');
  const { json } = await feed('?limit=2', token);
  t.match(json, { entries: [{ identifier: '88.101.2/C' }], next: 3 });
  t.strictSame(names((await feed('', token)).json), ['88.101.2/C', '88.101.2/D']);
  const other = await auditorOf('88.101.3');
  t.match((await feed('', other)).json, { entries: [], next: 5 });
  t.equal((await node.call('GET', '/api/v1/feed/digests?prefix=88.101.2', { token })).status, 200);
  t.equal((await node.call('GET', '/api/v1/feed/digests?prefix=88.101', { token })).status, 403);
  t.equal((await node.call('GET', '/api/v1/feed/buckets/1?prefix=88.101.1', { token })).status, 403);
});

t.test('who waits is answered when there is something new, and when the time is over', async (t) => {
  const { next } = (await feed()).json;
  const waiting = feed(`?after=${next}&wait=20`);
  const begun = performance.now();
  await apply(entryOf('88.101.1/NEW', [['NAME', 'new']]));
  t.strictSame(names((await waiting).json), ['88.101.1/NEW']);
  t.ok(performance.now() - begun < 5_000);
  const empty = await feed(`?after=${next + 1}&wait=1`);
  t.match(empty.json, { entries: [], next: next + 1 });
  t.ok(performance.now() - begun > 900);
});

t.test('digests tell which part differs, and a bucket has its rows', async (t) => {
  const digests = async (query: string) => (await node.call('GET', `/api/v1/feed/digests?${query}`)).json.buckets;
  const before = await digests('prefix=88.101');
  const total = (buckets: Record<string, { count: number }>) =>
    Object.values(buckets).reduce((sum, { count }) => sum + count, 0);
  t.equal(total(before), 5);
  t.equal(total(await digests('prefix=88.101.1')), 3);
  t.equal(total(await digests('prefix=88.101&except=88.101.1/88.101.9')), 2);
  await apply(entryOf('88.101.1/A', [['NAME', 'changed']], { version: 2 }));
  const after = await digests('prefix=88.101');
  const differing = Object.keys(after).filter((bucket) => after[bucket].digest !== before[bucket]?.digest);
  t.equal(differing.length, 1);
  const { json } = await node.call('GET', `/api/v1/feed/buckets/${differing[0]}?prefix=88.101`);
  t.ok(names(json).includes('88.101.1/A'));
  const more = await node.call('GET', `/api/v1/feed/buckets/${differing[0]}?prefix=88.101&after=${json.next}`);
  t.strictSame(more.json.entries, []);
  t.equal(more.json.next, undefined);
  t.equal((await node.call('GET', '/api/v1/feed/buckets/256?prefix=88.101')).status, 400);
});

t.test('what lies below a suspended prefix leaves the feed, and its mark changes', async (t) => {
  const { withdrawn } = (await feed()).json;
  await node.call('PUT', '/api/v1/prefixes/88.101.2', { body: { status: 'suspended' } });
  const { json } = await feed();
  t.notOk(names(json).some((name) => name.startsWith('88.101.2/')));
  t.not(json.withdrawn, withdrawn);
  await node.call('PATCH', '/api/v1/prefixes/88.101.2', { body: { status: 'active' } });
  t.match((await feed()).json, { withdrawn });
});

t.test('a page is bounded in bytes', async (t) => {
  const large = 'x'.repeat(200_000);
  const many = Array.from({ length: 30 }, (_, i) => entryOf(`88.101.1/large-${i}`, [['NOTE', large]]));
  const { next } = (await feed()).json;
  await apply(...many);
  const page = (await feed(`?after=${next}`)).json;
  t.ok(page.entries.length > 1 && page.entries.length < 30, `${page.entries.length} entries`);
  t.equal(page.next, next + page.entries.length);
  t.equal((await feed(`?after=${page.next}`)).json.next, next + 30);
  await database.transaction((tx) =>
    catalogue.remove(
      tx,
      '',
      many.map((entry) => ({ prefix: prefix(entry.prefix), suffixKey: entry.suffixKey })),
    ),
  );
});
