import t from 'tap';
import { createToken } from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { until } from '../resolve/until.ts';
import { callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, {
  KAPOK_PREFIX: '88.107',
  KAPOK_ROLE: 'industry',
  DATABASE_URL: url,
});
const call = async (path: string) => (await node.call('GET', path)).json;
const names = (json: { identifiers: { identifier: string }[] }) => json.identifiers.map(({ identifier }) => identifier);

for (const prefix of ['88.107.1', '88.107.1.5', '88.107.1-x', '88.107.2'])
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
const values = (n: number) => [
  { index: 1, type: 'URL', data: `https://example.invalid/${n}` },
  { index: 2, type: 'NAME', data: n === 3 ? 'a "b", c\r\nd' : `零件 ${n}` },
  { index: 9, type: 'COST', data: '1.5', permissions: '1100' },
  { index: 10, type: 'SECRET', data: 'x', permissions: '0100' },
];
const rows = [
  ...Array.from({ length: 25 }, (_, n) => ({
    identifier: `88.107.1/SN${String(n).padStart(2, '0')}`,
    values: values(n),
  })),
  { identifier: '88.107.1.5/under', values: values(0) },
  { identifier: '88.107.1-x/beside', values: values(0) },
  { identifier: '88.107.2/other', values: values(0) },
];
const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
await importFile(node, ndjson);
await node.call('DELETE', '/api/v1/identifiers/88.107.1/SN24?successor=88.107.1/SN23');

t.test('pages follow each other by key, also while rows come and go', async (t) => {
  const seen: string[] = [];
  let path = '/api/v1/identifiers?prefix=88.107.1&limit=10';
  for (let page = 0; ; page++) {
    const json = await call(path);
    seen.push(...names(json));
    if (json.next === undefined) break;
    t.equal(json.next, names(json).at(-1));
    path = `/api/v1/identifiers?prefix=88.107.1&limit=10&after=${json.next}`;
    if (page > 0) continue;
    await node.call('PUT', '/api/v1/identifiers/88.107.1/AA-before', { body: { values: [] } });
    await node.call('PUT', '/api/v1/identifiers/88.107.1/SN15-b', { body: { values: [] } });
  }
  const expected = rows.slice(0, 25).map(({ identifier }) => identifier);
  t.strictSame(
    seen,
    [...expected.slice(0, 16), '88.107.1/SN15-b', ...expected.slice(16)],
    'each once, the new one in its place',
  );
});

t.test('what is asked for narrows the list', async (t) => {
  const of = async (query: string) => names(await call(`/api/v1/identifiers?${query}`));
  t.strictSame(
    await of('prefix=88.107.1&suffix=sn2'),
    [20, 21, 22, 23, 24].map((n) => `88.107.1/SN${n}`),
  );
  t.strictSame(await of('prefix=88.107.1&status=tombstone'), ['88.107.1/SN24']);
  t.notOk((await of('prefix=88.107.1&status=active')).includes('88.107.1/SN24'));
  const subtree = await of('prefix=88.107.1&subtree=true&limit=1000');
  t.ok(subtree.includes('88.107.1.5/under'));
  t.notOk(subtree.includes('88.107.1-x/beside'), 'a label that goes on is another prefix');
  t.strictSame(await of('prefix=88.107.3'), []);
  const moment = encodeURIComponent((await call('/api/v1/identifiers/88.107.1/SN24')).writtenAt);
  t.ok((await of(`prefix=88.107.1&since=${moment}`)).length >= 1);
  t.strictSame(await of('prefix=88.107.1&until=2020-01-01T00:00:00Z'), []);
  const counted = await call('/api/v1/identifiers?prefix=88.107.1&limit=1&count=true&suffix=SN0');
  t.match(counted, { total: 10, next: '88.107.1/SN00' });
});

t.test('a listed identifier says how it stands', async (t) => {
  const [gone] = (await call('/api/v1/identifiers?prefix=88.107.1&status=tombstone&values=true')).identifiers;
  t.match(gone, {
    version: 2,
    status: 'tombstone',
    successor: '88.107.1/SN23',
    values: [],
    createdAt: /Z$/,
    updatedAt: /Z$/,
  });
  const [first] = (await call('/api/v1/identifiers?prefix=88.107.1&suffix=SN00&values=true')).identifiers;
  t.strictSame(
    first.values.map(({ index }: { index: number }) => index),
    [1, 2, 9],
    'what is written only is not shown',
  );
  t.notHas((await call('/api/v1/identifiers?prefix=88.107.2')).identifiers[0], 'values');
});

t.test('an export can be imported again', async (t) => {
  const file = await node.call('GET', '/api/v1/export?prefix=88.107.1&subtree=true');
  t.equal(file.headers['content-type'], 'application/x-ndjson');
  t.equal(
    file.headers['content-disposition'],
    'attachment; filename="export.ndjson"; filename*=UTF-8\'\'88.107.1.ndjson',
  );
  const lines = file.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.notOk(
    lines.some(({ identifier }) => identifier === '88.107.1/SN24'),
    'tombstones stay behind',
  );
  t.strictSame(lines.at(-1).identifier, '88.107.1.5/under');
  const { job } = await importFile(node, file.text);
  t.match(job, {
    state: 'done',
    rows: lines.length,
    failed: 0,
    created: 0,
  });
});

t.test('a CSV export has the columns that were asked for', async (t) => {
  const csv = await node.call('GET', '/api/v1/export?prefix=88.107.1&suffix=SN0&format=csv&columns=1:URL,NAME,10');
  t.equal(csv.headers['content-type'], 'text/csv;charset=utf-8');
  const lines = csv.text.split('\r\n');
  t.equal(lines[0], 'identifier,1:URL,NAME,10');
  t.equal(lines[1], '88.107.1/SN00,https://example.invalid/0,零件 0,');
  t.ok(
    csv.text.includes('\r\n88.107.1/SN03,https://example.invalid/3,"a ""b"", c\r\nd",\r\n'),
    'quoted as RFC 4180 says',
  );
});

t.test('Handle’s listings', async (t) => {
  const page = await node.call('GET', '/api/handles?prefix=0.NA/88.107.1&page=1&pageSize=2');
  t.strictSame(page.json, {
    responseCode: 1,
    prefix: '0.NA/88.107.1',
    totalCount: '26',
    page: 1,
    pageSize: 2,
    handles: ['88.107.1/SN01', '88.107.1/SN02'],
  });
  const prefixes = await call('/api/prefixes');
  t.match(prefixes, { responseCode: 1, totalCount: '5' });
  t.strictSame(prefixes.prefixes[1], '0.NA/88.107.1');
});

t.test('a list is for who covers the prefix', async (t) => {
  const { json } = await node.call('POST', '/api/v1/tokens', { body: { scope: '88.107.2', label: 'one enterprise' } });
  const paths = [
    '/api/v1/identifiers?prefix=88.107.1',
    '/api/v1/export?prefix=88.107.1',
    '/api/handles?prefix=88.107.1',
    '/api/prefixes',
  ];
  for (const path of paths) {
    t.match(await node.get(path), { status: 401 }, path);
    t.match(await callUrl('GET', `${node.url}${path}`, { token: json.token }), { status: 403 }, path);
  }
  t.match(await callUrl('GET', `${node.url}/api/v1/identifiers?prefix=88.107.2`, { token: json.token }), {
    status: 200,
  });
});

t.test('a question that cannot be read is refused with its place', async (t) => {
  const cases: [string, string][] = [
    ['identifiers', 'prefix'],
    ['identifiers?prefix=88.107.1&prefix=88.107.2', 'prefix'],
    ['identifiers?prefix=88.107.1&status=gone', 'status'],
    ['identifiers?prefix=88.107.1&limit=1001', 'limit'],
    ['identifiers?prefix=88.107.1&since=today', 'since'],
    ['identifiers?prefix=88.107.1&since=0000-01-01T00:00:00Z', 'since'],
    ['identifiers?prefix=88.107.1&until=2026-02-30T00:00:00Z', 'until'],
    ['identifiers?prefix=88.107.1&until=2026-02-01T00:00:00%2B16:00', 'until'],
    ['identifiers?prefix=88.107.1&subtree=true&suffix=a', 'suffix'],
    ['export?prefix=88.107.1&format=xml', 'format'],
    ['export?prefix=88.107.1&format=csv', 'columns'],
    ['export?prefix=88.107.1&columns=URL', 'columns'],
    ['export?prefix=88.107.1&format=csv&columns=URL,', 'columns'],
    ['export?prefix=88.107.1&format=csv&columns=0:URL', 'columns'],
  ];
  for (const [path, at] of cases)
    t.match(await node.call('GET', `/api/v1/${path}`), { status: 400, json: { at } }, path);
  t.match(await node.call('GET', '/api/v1/identifiers?prefix=8..8'), { status: 400, json: { code: 'INVALID_PREFIX' } });
  t.match(await node.call('GET', '/api/v1/identifiers?prefix=88.107.1&after=x'), { status: 400 });
});

t.test('what a prefix held is still listed after it was delegated', async (t) => {
  await node.call('PUT', '/api/v1/prefixes/88.107.6', { body: {} });
  const items = ['abc1', 'abc2', 'abc3'].map((suffix) => ({ identifier: `88.107.6/${suffix}` }));
  await node.call('POST', '/api/v1/batch', { body: { items } });
  await node.call('PATCH', '/api/v1/prefixes/88.107.6', { body: { url: 'http://127.0.0.1:9' } });
  const first = await call('/api/v1/identifiers?prefix=88.107.6&limit=2&suffix=ABC');
  t.strictSame(names(first), ['88.107.6/abc1', '88.107.6/abc2']);
  t.strictSame(names(await call(`/api/v1/identifiers?prefix=88.107.6&after=${first.next}`)), ['88.107.6/abc3']);
});

t.test('a prefix of any script can be exported', async (t) => {
  const prefix = encodeURIComponent('88.107.测试');
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const file = await node.call('GET', `/api/v1/export?prefix=${prefix}`);
  t.equal(file.status, 200);
  t.match(file.headers['content-disposition'], "filename*=UTF-8''88.107.%E6%B5%8B%E8%AF%95.ndjson");
});

t.test('what records say narrows a query, a count and an export', async (t) => {
  const put = (identifier: string, more: object[]) =>
    node.call('PUT', `/api/handles/${identifier}`, { body: [{ index: 1, type: 'NAME', data: '同名' }, ...more] });
  await node.call('PUT', '/api/v1/prefixes/88.107.3', { body: {} });
  await put('88.107.3/a', [{ index: 5, type: 'COLOUR', data: 'red' }]);
  await put('88.107.3/b', [{ index: 6, type: 'COLOUR', data: 'blue' }]);
  await put('88.107.3/c', [{ index: 5, type: 'FINISH', data: 'red' }]);
  await put('88.107.3/d', [{ index: 5, type: 'PIN', data: 'private', permissions: '1100' }]);
  await put('88.107.3/e', [{ index: 5, type: 'PASSWORD', data: 'unreadable', permissions: '0000' }]);
  await put('88.107.3/f', [{ index: 1000, type: 'TEMPLATE_NOT', data: '88.107.3/t' }]);
  const of = async (query: string) =>
    names(await call(`/api/v1/identifiers?prefix=88.107.3&${query}`))
      .map((name) => name.slice(-1))
      .join('');
  await until(async () => (await of('value=同名')) === 'abcdef');
  t.equal(await of('type=colour'), 'ab');
  t.equal(await of('value=red'), 'ac');
  t.equal(await of('value=red&type=COLOUR'), 'a');
  t.equal(await of('value=blue&index=5'), '');
  t.equal(await of('value=blue&index=6'), 'b');
  t.equal(await of('type=PIN'), 'd', 'private, and asked for by who may read it');
  t.equal(await of('value=unreadable'), '', 'what nobody may read answers no question');
  t.equal(await of('type=PASSWORD'), '');
  t.equal(await of('template=88.107.3/t'), '');
  t.equal(await of('identifier=88.107.3/B'), 'b');
  t.equal(await of('value=同名&suffix=c'), 'c');
  t.equal(await of('value=同名&limit=2&after=88.107.3/b'), 'cd');
  const { actor } = (await call('/api/v1/history/88.107.3/a')).versions[0];
  t.equal(await of(`owner=${encodeURIComponent(actor)}`), 'abcdef');
  t.equal(await of('owner=somebody'), '');
  t.equal((await call('/api/v1/identifiers?prefix=88.107&subtree&value=red&count')).total, 2);
  t.strictSame(names(await call('/api/v1/identifiers?identifier=88.107.3/a')), ['88.107.3/a']);
  const { text } = await node.call('GET', '/api/v1/export?prefix=88.107.3&value=red&type=FINISH');
  t.match(text, /^\{"identifier":"88\.107\.3\/c".*\n$/);
  for (const [query, at] of [
    ['prefix=88.107.3&index=5', 'index'],
    ['prefix=88.107.3&identifier=88.107.4/a', 'identifier'],
    ['value=red', 'prefix'],
  ])
    t.match((await node.call('GET', `/api/v1/identifiers?${query}`)).json, { status: 400, at }, String(query));
});

t.test('a value that has just changed is never answered as it was', async (t) => {
  await node.call('PUT', '/api/handles/88.107.3/a', { body: [{ index: 1, type: 'NAME', data: '改名' }] });
  t.notOk(names(await call('/api/v1/identifiers?prefix=88.107.3&value=同名')).includes('88.107.3/a'));
});

t.test('of records that name administrators a key is told what is public, by lists and exports as well', async (t) => {
  const subject = '300:88.107/ADMIN';
  await node.call('POST', '/api/v1/grants', { body: { subject, role: 'registrant', scope: '88.107' } });
  const database = new Database({ url, poolSize: 1 });
  t.teardown(() => database.close());
  const { token } = await createToken(database, {
    subject,
    label: 'a key that signed in',
    by: { id: subject, subject },
  });
  await node.call('PUT', '/api/v1/prefixes/88.107.4', { body: {} });
  const values = [
    { index: 1, type: 'NAME', data: 'open' },
    { index: 2, type: 'PIN', data: '4711', permissions: '1100' },
  ];
  const other = { handle: '88.107/OTHER', index: 300, permissions: '111111111111' };
  const admin = { index: 100, type: 'hs_admin', data: { format: 'admin', value: other } };
  await node.call('PUT', '/api/v1/identifiers/88.107.4/free', { body: { values } });
  await node.call('PUT', '/api/v1/identifiers/88.107.4/named', { body: { values: [...values, admin] } });
  const ask = async (query: string) => (await node.call('GET', `/api/v1/${query}`, { token })).text;
  const pins = async (query: string) => (await ask(query)).split('4711').length - 1;
  t.equal(await pins('identifiers/88.107.4/free'), 1);
  t.equal(await pins('identifiers/88.107.4/named'), 0);
  t.equal(await pins('identifiers?prefix=88.107.4&values=true'), 1);
  t.equal(await pins('export?prefix=88.107.4'), 1);
  t.equal(await pins('export?prefix=88.107.4&format=csv&columns=PIN'), 1);
  const of = async (query: string) => names(JSON.parse(await ask(`identifiers?prefix=88.107.4&${query}`)));
  await until(async () => names(await call('/api/v1/identifiers?prefix=88.107.4&value=4711')).length === 2);
  t.strictSame(await of('value=4711'), ['88.107.4/free']);
  t.strictSame(await of('type=PIN'), ['88.107.4/free']);
  t.strictSame(await of('value=open'), ['88.107.4/free', '88.107.4/named']);
  t.match(await ask('identifiers?prefix=88.107.4&value=4711&count=true'), /"total":1\b/);
});

t.test('what few records say is found beyond the keys that a page walks through, page by page', async (t) => {
  const prefixes = ['88.107.6', '88.107.6.1'];
  for (const prefix of prefixes) await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const few = ['0007', '0090', '0091', '0173'];
  const lines = prefixes.flatMap((prefix) =>
    Array.from({ length: 200 }, (_, n) => {
      const suffix = String(n).padStart(4, '0');
      const data = few.includes(suffix) ? '稀有' : '常见';
      return `${JSON.stringify({ identifier: `${prefix}/${suffix}`, values: [{ index: 1, type: 'NAME', data }] })}\n`;
    }),
  );
  await importFile(node, lines.join(''));
  const pages = async (query: string) => {
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { identifiers, next } = await call(`/api/v1/identifiers?prefix=88.107.6&limit=1&${query}${after}`);
      seen.push(...names({ identifiers }));
      if (next === undefined) return seen;
      after = `&after=${next}`;
    }
  };
  const expected = (prefix: string) => few.map((suffix) => `${prefix}/${suffix}`);
  await until(
    async () => (await call('/api/v1/identifiers?prefix=88.107.6.1&value=稀有&count&limit=1')).total === few.length,
  );
  await until(
    async () => (await call('/api/v1/identifiers?prefix=88.107.6&value=稀有&count&limit=1')).total === few.length,
  );
  t.strictSame(await pages('value=稀有'), expected('88.107.6'));
  t.strictSame(await pages('value=稀有&subtree'), prefixes.flatMap(expected));
  t.strictSame(await pages('value=稀有&suffix=009'), ['88.107.6/0090', '88.107.6/0091']);
});
