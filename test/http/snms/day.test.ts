import t from 'tap';
import { SECRET } from '../../access/handle/keys.ts';
import { callUrl } from '../../support/call.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { item, SecondLevelClient } from './client.ts';

const PREFIX = '88.101.5';
const databases = await startDatabases(t);
const node = await startTestNode(t, {
  ...{ KAPOK_PREFIX: '88.101', KAPOK_ROLE: 'industry', DATABASE_URL: await databases.create() },
});
await node.call('PUT', `/api/v1/prefixes/${PREFIX}`, { body: { label: '演示机械有限公司' } });
const keys = [{ index: 301, type: 'HS_SECKEY', data: SECRET }];
await node.call('PUT', `/api/handles/${PREFIX}/ERP`, { body: keys });
await node.call('POST', '/api/v1/grants', {
  body: { subject: `301:${PREFIX}/ERP`, role: 'registrant', scope: PREFIX },
});

const login = { username: `301:${PREFIX}/ERP`, password: SECRET };
const erp = new SecondLevelClient(node, login);
const done = { message: 'success', status: 1, data: true };
const DATA = '/identityv2/data';
const V5 = '/snms/api/v5/template';

const body = {
  prefix: PREFIX,
  version: '1.0',
  ...{ industryCategory: 'C', industrySpecific: '34', industryTrade: '342', industrySubclass: '3421' },
  type: 1,
  description: '小型机械',
  items: [
    {
      name: '名称',
      idType: 'name',
      idIndex: '2000',
      required: true,
      metadata: { type: 'string', minLength: 1, maxLength: 20 },
    },
    { name: '官网', idType: 'URL', idIndex: 2001, metadata: { type: 'string', minLength: 0, maxLength: 255 } },
  ],
};

t.test('the program starts: it is not logged in, logs in once, and makes its template', async (t) => {
  t.strictSame(
    await new SecondLevelClient(node, { ...login, password: 'wrong' }).send('GET', `${V5}?prefix=${PREFIX}`),
    {
      ...{ message: '用户名/密码错误！', status: -2, data: null },
    },
  );
  t.strictSame(await erp.send('POST', V5, body), done);
  t.equal(erp.logins, 1);
  const { data } = await erp.send('GET', `${V5}?prefix=${PREFIX}&version=1.0`);
  t.match(data, { prefix: PREFIX, version: '1.0', industrySubclass: '3421', type: 1, description: '小型机械' });
  t.match(data, {
    handle: `${PREFIX}/v1_0`,
    items: [{ name: '名称', idType: 'name', idIndex: 2000, required: true, state: 1 }, { required: false }],
  });
  t.strictSame(await erp.send('POST', V5, body), done, 'its retry says what was said');
});

t.test('it registers a product, and everybody resolves it', async (t) => {
  const handle = `${PREFIX}/xx002`;
  const product = item(handle, { 2000: ['name', '小型机械01'], 2001: ['URL', 'http://a.example/'] });
  t.strictSame(await erp.send('POST', DATA, product), done);
  t.strictSame((await erp.send('GET', `${DATA}/detail?handle=${handle}`)).data, {
    code: '200',
    prefix: PREFIX,
    handle,
    templateVersion: '1.0',
    value: [
      { data: { format: 'string', value: '1.0' }, auth: '1', index: 1001, type: 'TEMPLATE' },
      { data: { format: 'string', value: '小型机械01' }, auth: '1', index: 2000, type: 'name' },
      { data: { format: 'string', value: 'http://a.example/' }, auth: '1', index: 2001, type: 'URL' },
    ],
  });
  const resolved = await node.get(`/api/handles/${handle}`);
  t.match(resolved.json.values, [
    { index: 1000, type: 'TEMPLATE_ID', data: { value: `${PREFIX}/v1_0` } },
    { index: 1001, type: 'TEMPLATE', data: { value: '1' } },
    { index: 2000, data: { value: '小型机械01' } },
    { index: 2001 },
  ]);
  t.match(await node.get(`/${handle}`), { status: 302, headers: { location: 'http://a.example/' } });
});

t.test('an answer was lost: what was written is told to be there, once, and nothing else is', async (t) => {
  const handle = `${PREFIX}/lost`;
  const product = item(handle, { 2000: ['name', '甲'] });
  t.strictSame(await erp.send('POST', DATA, product), done);
  t.strictSame(await erp.send('POST', DATA, product), done);
  t.strictSame(await erp.send('POST', DATA, item(handle, { 2000: ['name', '乙'] })), {
    ...{ message: '标识已存在', status: -2, data: null },
  });
  const { json } = await node.call('GET', `/api/v1/history/${handle}`);
  t.match(json.versions, [{ version: 1, actor: /^[0-9a-f-]{36}$/ }], 'the retry wrote nothing');
  t.equal(json.versions.length, 1);
});

t.test('a shift: a batch, its retry after a time-out, corrections and a recall', async (t) => {
  const batch = Array.from({ length: 300 }, (_, i) => item(`${PREFIX}/S${i}`, { 2000: ['name', `第${i}件`] }));
  const success = batch.map(({ handle }) => ({ handle, msg: 'success' }));
  t.strictSame(await erp.send('POST', `${DATA}/batchCreate`, batch), { message: 'success', status: 1, data: success });
  const more = [...batch, batch[7], item(`${PREFIX}/s8`, { 2000: ['name', '别的'] })];
  const again = (await erp.send('POST', `${DATA}/batchCreate`, more)) as unknown as { data: { msg: string }[] };
  t.ok(
    again.data.slice(0, 300).every(({ msg }) => msg === 'success'),
    'the retry finds its work done',
  );
  t.match(again.data.slice(300), [{ msg: '标识已存在' }, { msg: '标识已存在' }]);

  const corrected = [
    item(`${PREFIX}/S1`, { 2000: ['name', '更正'] }),
    item(`${PREFIX}/none`, { 2000: ['name', '无'] }),
    item(`${PREFIX}/S2`, { 2009: ['name', '无'] }),
    item(`${PREFIX}/S1`, { 2000: ['name', '再更正'] }),
  ];
  t.match((await erp.send('PUT', `${DATA}/batchUpdate`, corrected)).data, [
    { handle: `${PREFIX}/S1`, msg: 'success' },
    { handle: `${PREFIX}/none`, msg: '标识不存在' },
    { handle: `${PREFIX}/S2`, msg: '非法操作，索引2009在模板中不存在' },
    { msg: 'success' },
  ]);
  t.equal((await node.get(`/api/handles/${PREFIX}/S1?index=2000`)).json.values[0].data.value, '再更正');

  t.match((await erp.send('DELETE', `${DATA}/batchDelete`, [`${PREFIX}/S3`, `${PREFIX}/S3`, '99.1/x'])).data, [
    { handle: `${PREFIX}/S3`, code: 1, msg: 'success' },
    { handle: `${PREFIX}/S3`, code: -2, msg: '标识不存在' },
    { handle: '99.1/x', code: -2, msg: '没有权限' },
  ]);
  t.equal((await node.get(`/api/handles/${PREFIX}/S3`)).status, 410);
  t.strictSame(await erp.send('DELETE', DATA, { handle: `${PREFIX}/S4` }), done);
  t.strictSame(await erp.send('DELETE', DATA, { handle: `${PREFIX}/S4` }), {
    ...{ message: '没有找到标识', status: -2, data: null },
  });
  t.strictSame(await erp.send('POST', DATA, item(`${PREFIX}/S4`, { 2000: ['name', '新的'] })), done, 'made anew');
});

t.test('an update leaves alone what this interface cannot say', async (t) => {
  const handle = `${PREFIX}/kept`;
  await erp.send('POST', DATA, item(handle, { 2000: ['name', '甲'] }));
  const email = { index: 5, type: 'EMAIL', data: 'line@example.invalid', permissions: '1100' };
  await node.call('PUT', `/api/handles/${handle}?index=5`, { body: [email] });
  t.strictSame(await erp.send('PUT', DATA, item(handle, { 2000: ['name', '乙'] })), done);
  const { json } = await node.call('GET', `/api/v1/identifiers/${handle}`);
  t.match(json, { version: 3, values: [{ index: 5 }, { index: 1000 }, { index: 1001 }, { data: { value: '乙' } }] });
  t.notMatch((await node.get(`/api/handles/${handle}`)).text, 'line@example.invalid');
});

t.test('the template grows: items are added and disabled, never removed', async (t) => {
  const [name] = body.items;
  const change = {
    ...body,
    items: [
      { ...name, required: false, state: 1 },
      { name: '重量', idType: 'weight', metadata: { type: 'string', minLength: 0, maxLength: 10 } },
      {
        name: '官网',
        idType: 'URL',
        idIndex: 2001,
        state: 0,
        metadata: { type: 'string', minLength: 0, maxLength: 255 },
      },
    ],
  };
  t.strictSame(await erp.send('PUT', V5, change), done);
  const { data } = await erp.send('GET', `${V5}?prefix=${PREFIX}&version=1.0`);
  t.match(data, {
    items: [{ idIndex: 2000, required: false }, { state: 0 }, { idIndex: 2002, idType: 'weight', state: 1 }],
  });
  t.strictSame(await erp.send('POST', DATA, item(`${PREFIX}/w`, { 2002: ['weight', '12.5'] })), done);
  t.match(await erp.send('POST', DATA, item(`${PREFIX}/u`, { 2001: ['URL', 'x'] })), {
    ...{ status: -2, message: '非法操作，索引2001在模板中已禁用' },
  });
  const old = await erp.send('GET', `${DATA}/detail?handle=${PREFIX}/xx002`);
  t.match(old, { status: 1, data: { templateVersion: '1.0' } }, 'what was registered before stays');
});

t.test('version 3: items are numbered in their order, a version of any text', async (t) => {
  const version = '标准件 一';
  const items = [{ name: '型号', idType: 'model', metadata: { type: 'string', minLength: 1, maxLength: 9 } }];
  t.strictSame(await erp.send('POST', '/snms/api/v3/template', { prefix: PREFIX, version, items }), done);
  const query = `?prefix=${PREFIX}&version=${encodeURIComponent(version)}`;
  const { data } = await erp.send('GET', `/snms/api/v3/template${query}`);
  t.strictSame(Object.keys((data as { items: object[] }).items[0] ?? {}), [
    'name',
    'idType',
    'idIndex',
    'required',
    'metadata',
  ]);
  t.strictSame(await erp.send('POST', DATA, item(`${PREFIX}/v3`, { 2000: ['model', 'M-1'] }, version)), done);
  t.match((await erp.send('GET', `${DATA}/detail?handle=${PREFIX}/v3`)).data, { templateVersion: version });
  t.strictSame(await erp.send('DELETE', '/snms/api/v3/template', { prefix: PREFIX, version }), done);
  const gone = { status: -2, message: '数据模板不存在' };
  t.match(await erp.send('GET', `/snms/api/v3/template${query}`), gone);
  t.match(await erp.send('POST', DATA, item(`${PREFIX}/v4`, { 2000: ['model', 'M-2'] }, version)), gone);
  t.match((await erp.send('GET', `${DATA}/detail?handle=${PREFIX}/v3`)).data, { templateVersion: version });
});

t.test('the dated login, and one whose token was taken back', async (t) => {
  const line = new SecondLevelClient(node, login, { dated: true });
  t.match(await line.send('GET', `${DATA}/detail?handle=${PREFIX}/xx002`), { status: 1 });
  t.equal(line.logins, 1);
  const { json } = await node.call('GET', '/api/v1/tokens');
  const logins = json.tokens.filter(({ subject }: { subject: string }) => subject === login.username);
  const days = logins.map(({ createdAt, expiresAt }: Record<string, string>) =>
    Math.round((Date.parse(expiresAt as string) - Date.parse(createdAt as string)) / 3_600_000),
  );
  t.strictSame(days, [24, 24], 'a login lasts 24 hours');
  for (const { id } of logins) await node.call('DELETE', `/api/v1/tokens/${id}`);
  t.match(await line.send('GET', `${DATA}/detail?handle=${PREFIX}/xx002`), { status: 1 });
  t.equal(line.logins, 2, 'it logs in anew');
});

t.test('the administrator: prefixes, and where they are answered', async (t) => {
  const { json } = await node.call('POST', '/api/v1/tokens', {
    body: { role: 'operator', scope: '88.101', label: 'admin' },
  });
  const admin = new SecondLevelClient(node, { username: 'admin', password: json.token });
  await node.call('PUT', '/api/v1/prefixes/88.101.1304', { body: { label: '另一公司' } });
  const query = (prefix: string) => admin.send('GET', `/snms/api/prefix/query?prefix=${prefix}`);
  t.match((await query(PREFIX)).data, {
    ...{ prefix: PREFIX, status: 1, entNameCn: '演示机械有限公司', ghrName: '88.101', entDesc: null },
    createDate: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  });
  t.match(await query('88.101.404'), { status: -2, message: '前缀不存在' });

  const own = {
    entPrefix: '88.101.1304',
    hdlType: 'HS_SITE',
    ipType: 6,
    ip: '2031:0000:1F1F:0000:0000:0100:11A0:ADDF',
  };
  const ports = { tcpPort: '2643', udpPort: '', httpPort: '' };
  t.strictSame(await admin.send('POST', '/snms/api/ent/config', { entPrefixConfig: { ...own, ...ports } }), done);
  const { json: delegated } = await node.call('GET', '/api/v1/prefixes/88.101.1304');
  t.match(delegated.site.servers, [
    { address: '2031:0:1f1f::100:11a0:addf', interfaces: [{ protocol: 'TCP', port: 2643, query: true }] },
  ]);
  const page = async (narrowed: string) =>
    (await admin.send('GET', `/snms/api/prefix/page?${narrowed}`)).data as { totalElements: number; content: object[] };
  t.match(await page('proxyState=1'), {
    totalElements: 1,
    content: [{ entPrefix: '88.101.1304', proxyState: 1, entName: '另一公司' }],
  });
  t.match(await page('pageSize=2&currentPage=2&entPrefix='), {
    ...{
      first: false,
      last: true,
      totalPages: 2,
      totalElements: 3,
      number: 2,
      size: 2,
      numberOfElements: 1,
      sort: null,
    },
  });
  t.match(await page(`entName=${encodeURIComponent('机械')}`), { content: [{ entPrefix: PREFIX, proxyState: 4 }] });
  t.match(await page('state=0'), { totalElements: 0 });

  t.match(await erp.send('GET', `${DATA}/detail?handle=${PREFIX}/xx002`), { status: 1 }, 'it is logged in');
  await node.call('PATCH', `/api/v1/prefixes/${PREFIX}`, { body: { status: 'suspended' } });
  t.match((await query(PREFIX)).data, { status: 0 });
  t.match(await erp.send('POST', DATA, item(`${PREFIX}/z`, { 2000: ['name', '丙'] })), {
    status: -2,
    message: '前缀已停用',
  });
  await node.call('PATCH', `/api/v1/prefixes/${PREFIX}`, { body: { status: 'active' } });

  const hosted = { proxyServerId: 1, entPrefixConfig: { entPrefix: '88.101.1304' } };
  t.strictSame(await admin.send('POST', '/snms/api/ent/config', hosted), done);
  t.match((await node.call('GET', '/api/v1/prefixes/88.101.1304')).json, { site: null });
  t.match(await erp.send('GET', '/snms/api/prefix/page'), { data: { totalElements: 1 } }, 'an enterprise sees its own');
});

t.test('an enterprise node that answers over HTTP is held to its key, and asked', async (t) => {
  const child = await startTestNode(t, {
    ...{ KAPOK_PREFIX: '88.101.7', KAPOK_ROLE: 'enterprise', DATABASE_URL: await databases.create() },
  });
  await child.call('PUT', '/api/handles/88.101.7/a', { body: [{ index: 1, type: 'NAME', data: '自有节点' }] });
  await node.call('PUT', '/api/v1/prefixes/88.101.7', { body: {} });
  const { hostname, port } = new URL(child.url);
  const entPrefixConfig = { entPrefix: '88.101.7', ipType: '4', ip: hostname, httpPort: port };
  t.match(await node.call('POST', '/snms/api/ent/config', { body: { entPrefixConfig } }), { json: done });
  const { json } = await node.call('GET', '/api/v1/prefixes/88.101.7');
  t.match(json.site.servers, [{ publicKey: { value: { kty: 'OKP' } } }]);
  const referred = await callUrl('POST', `${node.url}/api/resolve`, {
    body: { identifiers: ['88.101.7/a'], recursive: false },
  });
  t.match(referred.json, { answers: [{ responseCode: 303, prefix: '88.101.7' }] });
});
