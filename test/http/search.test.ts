import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, {
  KAPOK_PREFIX: '88.107',
  KAPOK_ROLE: 'industry',
  DATABASE_URL: await databases.create(),
});
const ask = (path: string, token: string | null = null) => node.call('GET', path, { token });
const search = async (q: string, more = '', token: string | null = null) =>
  (await ask(`/api/v1/search?q=${encodeURIComponent(q)}${more}`, token)).json;
const suffixes = (json: { hits: { identifier: string }[] }) =>
  json.hits.map(({ identifier }) => identifier.slice(identifier.indexOf('/') + 1));

for (const prefix of ['88.107.1', '88.107.2'])
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { label: `厂 ${prefix}` } });
const values = (name: string, more: object[] = []) => [{ index: 1, type: 'NAME', data: name }, ...more];
const put = (identifier: string, body: unknown) => node.call('PUT', `/api/handles/${identifier}`, { body });
await put('88.107.1/P1', values('不锈钢离心泵', [{ index: 2, type: 'URL', data: 'https://Pumps.example/p1' }]));
await put(
  '88.107.1/P2',
  values('离心泵 Centrifugal pump', [{ index: 3, type: 'COST', data: '秘密成本 4711', permissions: '1100' }]),
);
await put('88.107.2/P3', values('齿轮泵', [{ index: 2, type: 'PART', data: '88.107.1/p1' }]));
await put(
  '88.107.2/P4',
  values('齿轮泵 <b>', [
    {
      index: 2,
      type: 'NOTE',
      data: 'secret link',
      permissions: '1100',
      references: [{ handle: '88.107.1/P1', index: 1 }],
    },
  ]),
);
await until(async () => (await search('泵')).count === 4);

const tokenOf = async (role: string, scope: string): Promise<string> =>
  (await node.call('POST', '/api/v1/tokens', { body: { role, scope, label: role } })).json.token;

t.test('anyone finds public words, with marks and facets', async (t) => {
  const json = await search('离心 泵', '&facets');
  t.strictSame(suffixes(json).sort(), ['P1', 'P2']);
  t.match(json.hits.find((hit: { name: { text: string } }) => hit.name.text === '不锈钢离心泵').name.marks, [[3, 6]]);
  t.strictSame(json.facets.organisation, [{ value: '88.107.1', count: 2, label: '厂 88.107.1' }]);
  t.strictSame(
    json.facets.industry.map(({ value }: { value: string }) => value),
    ['88.107'],
  );
  t.notOk(Object.hasOwn(json, 'next'));
});

t.test('prefix, industry and organisation narrow; pages go on', async (t) => {
  t.strictSame(suffixes(await search('泵', '&prefix=88.107.2')).sort(), ['P3', 'P4']);
  t.strictSame(suffixes(await search('泵', '&industry=88.108')), []);
  t.strictSame(suffixes(await search('泵', '&industry=88.107&organisation=88.107.1')).sort(), ['P1', 'P2']);
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const json = await search('泵', `&limit=1${after}`);
    seen.push(...suffixes(json));
    if (json.next === undefined) break;
    after = `&after=${json.next}`;
  }
  t.strictSame(seen, suffixes(await search('泵')));
});

t.test('a token widens what is found to private values of its own subtree, never beyond', async (t) => {
  const own = await tokenOf('auditor', '88.107.1');
  const foreign = await tokenOf('auditor', '88.107.2');
  const blind = await tokenOf('reviewer', '88.107.1');
  for (const token of [null, foreign, blind]) t.strictSame(suffixes(await search('成本 4711', '', token)), []);
  const json = await search('成本 4711', '', own);
  t.match(json.hits, [{ identifier: '88.107.1/P2', values: [{ type: 'COST', text: '秘密成本 4711' }] }]);
  t.notMatch(JSON.stringify(await search('离心泵', '', foreign)), /4711/);
  t.equal((await ask('/api/v1/search?q=x', `kapok_${'w'.repeat(43)}`)).status, 401);
});

t.test('reverse look-up tells who points at a URL or an identifier, as far as the caller may see it', async (t) => {
  const reverse = async (target: string, token: string | null = null) =>
    (await ask(`/api/v1/reverse?target=${encodeURIComponent(target)}`, token)).json;
  t.match(await reverse('https://pumps.example/p1'), {
    referrers: [{ identifier: '88.107.1/P1', values: [{ index: 2, type: 'URL' }] }],
  });
  t.strictSame(
    (await reverse('88.107.1/P1')).referrers.map(({ identifier }: { identifier: string }) => identifier),
    ['88.107.2/P3'],
  );
  const own = await tokenOf('auditor', '88.107.2');
  const told = await reverse('88.107.1/P1', own);
  t.strictSame(
    told.referrers.map(({ identifier }: { identifier: string }) => identifier),
    ['88.107.2/P3', '88.107.2/P4'],
  );
  t.strictSame((await reverse('https://nowhere.example/')).referrers, []);
  const page = (await ask(`/api/v1/reverse?target=88.107.1/P1&limit=1`, own)).json;
  const rest = (await ask(`/api/v1/reverse?target=88.107.1/P1&limit=1&after=${page.next}`, own)).json;
  t.match([page.referrers, rest.referrers], [[{ identifier: '88.107.2/P3' }], [{ identifier: '88.107.2/P4' }]]);
});

t.test('a suspended prefix is left out at once, and is back when it is active', async (t) => {
  await node.call('PATCH', '/api/v1/prefixes/88.107.2', { body: { status: 'suspended' } });
  t.strictSame(suffixes(await search('齿轮泵')), []);
  t.strictSame((await ask('/api/v1/reverse?target=88.107.1/P1')).json.referrers, []);
  await node.call('PATCH', '/api/v1/prefixes/88.107.2', { body: { status: 'active' } });
  t.equal(suffixes(await search('齿轮泵')).length, 2);
});

t.test('a change is found within seconds, and what was there before is not', async (t) => {
  await put('88.107.1/P5', values('蝶形手柄'));
  await until(async () => (await search('蝶形手柄')).count === 1);
  await put('88.107.1/P5', values('橡胶软管'));
  await until(async () => (await search('橡胶软管')).count === 1);
  t.equal((await search('蝶形手柄')).hits.length, 0);
  await node.call('DELETE', '/api/v1/identifiers/88.107.1/P5');
  await until(async () => (await search('橡胶软管')).count === 0);
});

t.test('what makes no query is refused, with the field', async (t) => {
  for (const [path, at] of [
    ['/api/v1/search', 'q'],
    ['/api/v1/search?q=', 'q'],
    ['/api/v1/search?q=a&limit=101', 'limit'],
    ['/api/v1/search?q=a&after=nonsense', 'after'],
    [`/api/v1/search?q=a&after=${Buffer.from('[1e99,1,"a","b"]').toString('base64url')}`, 'after'],
    [`/api/v1/search?q=a&after=${Buffer.from('[1,1,"a","\\u0000"]').toString('base64url')}`, 'after'],
    ['/api/v1/search?q=a&q=b', 'q'],
    [`/api/v1/search?q=${'x'.repeat(300)}`, 'q'],
    ['/api/v1/reverse', 'target'],
    ['/api/v1/reverse?target=', 'target'],
  ]) {
    const { status, json } = await ask(path as string);
    t.match({ status, json }, { status: 400, json: { code: 'BAD_REQUEST', at } }, String(path));
  }
  t.equal((await ask('/api/v1/search?q=a&prefix=88..1')).json.code, 'INVALID_PREFIX');
});
