import t from 'tap';
import { SECRET } from '../../access/handle/keys.ts';
import { startDatabases } from '../../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../../support/node.ts';
import { openState } from '../state.ts';
import { datedToday, item } from './client.ts';

const PREFIX = '88.101.5';
const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const state = openState(t, url);
await node.call('PUT', `/api/v1/prefixes/${PREFIX}`, { body: {} });
const keys = [
  { index: 301, type: 'HS_SECKEY', data: SECRET },
  { index: 302, type: 'HS_SECKEY', data: '' },
];
await node.call('PUT', `/api/handles/${PREFIX}/ERP`, { body: keys });

const metadata = { type: 'string', minLength: 2, maxLength: 4 };
const name = { name: '名称', idType: 'name', idIndex: 2000, required: true, metadata };
const template = { prefix: PREFIX, version: '1.0', type: 2, items: [name] };
await node.call('POST', '/snms/api/v5/template', { body: template });

const DATA = '/identityv2/data';
const good = item(`${PREFIX}/a`, { 2000: ['name', '合格'] });
const value = good.value[0];

/** What a call with the operator's token is answered: HTTP's status, and the envelope. */
async function answerTo(method: string, path: string, body?: unknown) {
  const { status, json } = await node.call(method, path, body === undefined ? {} : { body });
  t.strictSame(Object.keys(json), ['message', 'status', 'data'], `${method} ${path}`);
  return { http: status, ...json };
}

t.test('a login that is none', async (t) => {
  const wrong = { http: 200, status: -2, message: '用户名/密码错误！', data: null };
  const [plain, dated] = ['/identity/token', '/identity/token/v1'];
  const user = `301:${PREFIX}/ERP`;
  for (const [path, username, password] of [
    [plain, 'admin', '123456'],
    [plain, user, `${SECRET}x`],
    [plain, `302:${PREFIX}/ERP`, 'x'],
    [plain, `301:${PREFIX}/NOBODY`, SECRET],
    [plain, '301:99.1/NOBODY', SECRET],
    [plain, 'admin', `kapok_${'w'.repeat(43)}`],
    [dated, user, SECRET],
    [dated, user, datedToday(SECRET, Date.now() - 2 * 86_400_000)],
    [dated, user, datedToday('another secret')],
    [dated, `302:${PREFIX}/ERP`, datedToday('')],
    [dated, 'admin', datedToday(OPERATOR_TOKEN)],
  ] as const) {
    t.strictSame(await answerTo('POST', path, { username, password }), wrong, `${path} ${username}`);
  }
  t.match(await answerTo('POST', plain, { username: user }), { message: '缺少必要的请求参数: password', status: -2 });
  t.match(await answerTo('POST', plain, { username: 'a'.repeat(51), password: 'x' }), {
    status: -2,
    message: /username/,
  });
  t.match(await answerTo('POST', dated, { username: user, password: datedToday(SECRET) }), { status: 1 });
  t.match(await answerTo('POST', plain, { username: 'any', password: OPERATOR_TOKEN }), {
    data: { token: OPERATOR_TOKEN },
  });
});

t.test('guesses are counted as everywhere', async (t) => {
  const limited = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url, KAPOK_RATE_LIMIT: '50000' });
  const body = { username: `301:${PREFIX}/ERP`, password: 'guess' };
  const statuses = new Set<string>();
  for (let i = 0; i < 35; i++) {
    const { status, json } = await limited.call('POST', '/identity/token', { body, token: null });
    statuses.add(`${status} ${json.status}`);
  }
  t.strictSame([...statuses], ['200 -2', '429 -2']);
});

t.test('a record that is none: each its own message, and nothing is written', async (t) => {
  const before = await state.read();
  const refused = async (body: unknown, message: string | RegExp, method = 'POST') =>
    t.match(await answerTo(method, DATA, body), { http: 200, status: -2, message, data: null });
  await refused({ ...good, value: [{ ...value, index: 1000 }] }, '非法操作，索引1000在模板中不存在');
  await refused({ ...good, value: [{ ...value, index: 1001, type: 'TEMPLATE' }] }, '非法操作，索引1001在模板中不存在');
  await refused({ ...good, value: [{ ...value, type: 'title' }] }, '非法操作，索引2000的类型在模板中为name');
  await refused(
    { ...good, value: [{ ...value, data: { format: 'base64', value: 'AA==' } }] },
    '索引2000的数据格式只支持string',
  );
  await refused({ ...good, value: [value, value] }, '索引2000重复');
  await refused(
    { ...good, value: [{ ...value, data: { format: 'string', value: '一' } }] },
    'name（索引2000）的长度应在2到4之间',
  );
  await refused({ ...good, value: [] }, '缺少必填属性: name（索引2000）');
  await refused({ ...good, templateVersion: '9.9' }, '数据模板不存在');
  await refused({ ...good, handle: 'no-slash' }, /^标识格式错误：/);
  await refused({ ...good, handle: '88.101.404/a' }, '前缀不在本节点托管');
  await refused({ templateVersion: '1.0', value: [value] }, '缺少必要的请求参数: handle');
  await refused({ ...good, value: [{ index: 2000, type: 'name' }] }, '缺少必要的请求参数: value.0.data');
  await refused({ ...good, value: [{ ...value, index: '2000' }] }, /value\[0\]\.index must be integer/);
  await refused('{', /^请求参数错误：The body is not JSON/);
  await refused(good, '没有找到标识', 'PUT');
  await refused({ handle: `${PREFIX}/none` }, '没有找到标识', 'DELETE');
  t.strictSame(await state.read(), before);
  t.match(await answerTo('GET', `${DATA}/detail`), { status: -2, message: '缺少必要的请求参数: handle', data: null });
  t.match(await answerTo('GET', `${DATA}/detail?handle=${PREFIX}/none`), { message: '没有找到标识' });
});

t.test('a batch of none, of too many, and of things that are no items', async (t) => {
  const before = await state.read();
  for (const [method, path] of [
    ['POST', 'batchCreate'],
    ['PUT', 'batchUpdate'],
    ['DELETE', 'batchDelete'],
  ] as const) {
    t.match(await answerTo(method, `${DATA}/${path}`, []), { status: -2 });
    t.match(await answerTo(method, `${DATA}/${path}`, Array(2001).fill(`${PREFIX}/a`)), {
      http: 200,
      status: -2,
      message: /2000/,
    });
    const { status, message, data } = await answerTo(method, `${DATA}/${path}`, [null, 7, {}, { handle: 5 }]);
    t.match(
      { status, message, handles: data.map(({ handle }: { handle: string }) => handle) },
      {
        ...{ status: 1, message: 'success', handles: ['', '', '', ''] },
      },
    );
    t.ok(
      data.every(({ msg }: { msg: string }) => /^请求参数错误|^缺少必要的请求参数/.test(msg)),
      JSON.stringify(data),
    );
  }
  t.strictSame(await state.read(), before);
  const huge = await node.call('POST', `${DATA}/batchCreate`, { body: `["${'x'.repeat(9_000_000)}"]` });
  t.match(huge, { status: 413, json: { status: -2, message: '请求内容过大' } });
});

t.test('a template that is none', async (t) => {
  const before = await state.query('select count(*) from templates');
  const refused = async (change: object, message: string | RegExp, method = 'POST') => {
    const body = { ...template, version: '2.0', ...change };
    t.match(await answerTo(method, '/snms/api/v5/template', body), { http: 200, status: -2, message });
  };
  await refused({ version: '1.0', items: [{ ...name, name: '别名' }] }, '模板版本已存在');
  await refused({ items: [{ ...name, idIndex: undefined }] }, '缺少必要的请求参数: items[0].idIndex');
  await refused({ items: [{ ...name, idIndex: 1999 }] }, /^索引1999为预留索引/);
  await refused({ items: [name, { ...name, idIndex: 2001, name: '二' }] }, '英文名称name在模板中重复');
  await refused({ items: [name, { ...name, idType: 'b', name: '二' }] }, '索引2000在模板中重复');
  await refused({ items: [name, { ...name, idIndex: 2001, idType: 'b' }] }, '中文名称名称在模板中重复');
  await refused({ items: [{ ...name, idType: '名称' }] }, /^名称不是合法的英文名称/);
  await refused({ items: [{ ...name, metadata: { ...metadata, type: 'int' } }] }, 'metadata.type只支持string');
  await refused({ items: [{ ...name, metadata: { minLength: 9, maxLength: 1 } }] }, '名称的最小长度大于最大长度');
  await refused({ type: 3 }, /^type只能为1/);
  await refused({ items: [] }, /items/);
  await refused(
    { version: '1.0', items: [{ ...name, idType: 'other' }] },
    '索引2000与英文名称other不匹配，应为name',
    'PUT',
  );
  await refused({ version: '3.0' }, '数据模板不存在', 'PUT');
  await refused({ version: '3.0' }, '数据模板不存在', 'DELETE');
  t.strictSame(await state.query('select count(*) from templates'), before);
});

t.test('a configuration that is none', async (t) => {
  const before = await state.read();
  const refused = async (address: object, message: string | RegExp) => {
    const body = { entPrefixConfig: { entPrefix: PREFIX, ipType: 4, ip: '192.0.2.1', tcpPort: '2641', ...address } };
    t.match(await answerTo('POST', '/snms/api/ent/config', body), { http: 200, status: -2, message });
  };
  await refused({ tcpPort: '' }, 'http端口、tcp端口、udp端口至少填写一个');
  await refused({ tcpPort: '70000' }, 'tcpPort应在1到65535之间');
  await refused({ ip: '' }, '缺少必要的请求参数: entPrefixConfig.ip');
  await refused({ ip: 'node.example' }, 'node.example不是IP地址');
  await refused({ ip: '300.1.1.1' }, '300.1.1.1不是IP地址');
  await refused({ ipType: 6 }, 'ipType应为4');
  await refused({ hdlType: 'HS_SERV' }, 'hdlType只支持HS_SITE');
  await refused({ entPrefix: '88.101.404' }, '前缀不存在');
  await refused({ entPrefix: '88.101' }, '前缀不在本节点托管');
  await refused({ entPrefix: 'x y' }, /^前缀格式错误/);
  t.strictSame(await state.read(), before);
});

t.test('who may not is told so, and nothing else', async (t) => {
  const { json } = await node.call('POST', '/api/v1/tokens', {
    body: { role: 'registrant', scope: '88.101.6', label: 'x' },
  });
  const as = async (token: string | null, method: string, path: string, body?: unknown) => {
    const { status, json: told } = await node.call(method, path, { token, ...(body === undefined ? {} : { body }) });
    return { http: status, ...told };
  };
  const forbidden = { http: 200, status: -3, message: '没有权限', data: null };
  const there = item(`${PREFIX}/there`, { 2000: ['name', '合格'] });
  t.match(await answerTo('POST', DATA, there), { status: 1 });
  for (const handle of [`${PREFIX}/there`, `${PREFIX}/none`]) {
    t.strictSame(await as(json.token, 'GET', `${DATA}/detail?handle=${handle}`), forbidden);
    t.strictSame(await as(json.token, 'DELETE', DATA, { handle }), forbidden);
    t.strictSame(await as(json.token, 'POST', DATA, { ...there, handle }), forbidden);
  }
  t.strictSame(await as(json.token, 'GET', `/snms/api/prefix/query?prefix=${PREFIX}`), forbidden);
  const config = { proxyServerId: 1, entPrefixConfig: { entPrefix: '88.101.6' } };
  t.strictSame(await as(json.token, 'POST', '/snms/api/ent/config', config), forbidden);
  const none = { http: 200, status: -1, data: null };
  t.strictSame(await as(null, 'GET', `${DATA}/detail?handle=${PREFIX}/there`), { ...none, message: '未登录' });
  const wrong = await as(`kapok_${'w'.repeat(43)}`, 'POST', DATA, good);
  t.strictSame(wrong, { ...none, message: '登录已失效，请重新登录' });
});
