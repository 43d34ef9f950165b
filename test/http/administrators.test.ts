import t from 'tap';
import { SECRET } from '../access/handle/keys.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { HandleClient } from './handle-client.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const client = new HandleClient(node);

const OWNER: [string, string] = ['301:88.101/OWNER', SECRET];
const READER: [string, string] = ['301:88.101/READER', 'another secret'];
for (const [[id, secret], more] of [
  [OWNER, []],
  [
    READER,
    [{ index: 200, type: 'HS_VLIST', data: { format: 'vlist', value: [{ handle: '88.101/owner', index: 301 }] } }],
  ],
] as const) {
  const body = [{ index: 301, type: 'HS_SECKEY', data: secret }, ...more];
  await node.call('PUT', `/api/handles/${id.slice(4)}`, { body });
}

const admin = (index: number, handle: string, at: number, permissions: string) => ({
  index,
  type: 'HS_ADMIN',
  data: { format: 'admin', value: { handle, index: at, permissions } },
});
const url = (text: string) => ({ index: 1, type: 'URL', data: text });
const PRIVATE = { index: 2, type: 'EMAIL', data: 'secret@example.invalid', permissions: '1100' };
// The owner changes values, by a list; the reader reads; nobody withdraws.
const ADMINS = [admin(100, '88.101/READER', 200, '010001110000'), admin(101, '88.101/READER', 301, '010000000000')];

t.beforeEach(() => node.call('PUT', '/api/handles/88.101/A', { body: [url('http://a/'), PRIVATE, ...ADMINS] }));

t.test('an administrator changes what the record lets him, without any grant', async (t) => {
  const put = (body: object[], query = '') => client.basic('PUT', `/api/handles/88.101/a${query}`, OWNER, { body });
  t.equal((await put([url('http://b/')], '?index=1')).status, 200);
  t.equal((await put([{ index: 3, type: 'DESC', data: 'x' }], '?index=3')).status, 201);
  t.equal((await client.basic('DELETE', '/api/handles/88.101/A?index=3', OWNER)).status, 200);
  const lacking = { status: 403, json: { responseCode: 401, code: 'PERMISSION_MISSING', handle: '88.101/a' } };
  t.match(await put([admin(102, '88.101/OWNER', 301, '111111111111')], '?index=102'), {
    ...lacking,
    json: { ...lacking.json, message: /does not give this key addAdmin$/ },
  });
  t.match(await put([url('http://c/'), PRIVATE]), { ...lacking, json: { message: /removeAdmin/ } });
  const path = '/api/v1/identifiers/88.101/A';
  t.match(await client.basic('DELETE', path, OWNER), { status: 403, json: { code: 'PERMISSION_MISSING' } });
  const values = [url('http://d/'), PRIVATE, ...ADMINS];
  t.equal((await client.basic('PUT', path, OWNER, { body: { values } })).status, 200);
  t.equal((await client.basic('POST', '/api/v1/restore/88.101/A', OWNER, { body: { version: 1 } })).status, 200);
});

t.test('who only reads sees private values and history, and changes nothing', async (t) => {
  const seen = await client.basic('GET', '/api/handles/88.101/A', READER);
  t.match(seen.json, { values: [{ index: 1 }, PRIVATE_VALUE, { index: 100 }, { index: 101 }] });
  t.match((await client.basic('GET', '/api/v1/identifiers/88.101/A', READER)).text, 'secret@example.invalid');
  t.equal((await client.basic('GET', '/api/v1/history/88.101/A', READER)).status, 200);
  const change = await client.basic('PUT', '/api/handles/88.101/A?index=1', READER, { body: [url('http://x/')] });
  t.match(change, { status: 403, json: { responseCode: 400, code: 'FORBIDDEN' } });
});

const PRIVATE_VALUE = { index: 2, permissions: '1100', data: { value: 'secret@example.invalid' } };

t.test('a key that no record names is told nothing, whether there is a record or not', async (t) => {
  await node.call('PUT', '/api/handles/88.101/B', { body: [url('http://b/'), PRIVATE] });
  for (const [method, base] of [
    ['PUT', '/api/handles/'],
    ['DELETE', '/api/handles/'],
    ['DELETE', '/api/v1/identifiers/'],
    ['GET', '/api/v1/history/'],
    ['POST', '/api/v1/restore/'],
  ] as const) {
    const options = method === 'PUT' ? { body: [url('http://x/')] } : method === 'POST' ? { body: {} } : {};
    const [there, nowhere] = [
      await client.basic(method, `${base}88.101/B`, OWNER, options),
      await client.basic(method, `${base}88.101/NONE`, OWNER, options),
    ];
    t.equal(there.status, 403, `${method} ${base}`);
    t.equal(nowhere.text.replaceAll('NONE', 'B'), there.text, `${method} ${base}`);
  }
  const { text } = await client.basic('GET', '/api/handles/88.101/B', OWNER);
  t.notMatch(text, 'secret@example.invalid');
});

t.test('a key with a grant is held to what the record says of it', async (t) => {
  await node.call('POST', '/api/v1/grants', { body: { subject: READER[0], role: 'operator', scope: '' } });
  t.equal((await client.basic('DELETE', '/api/handles/88.101/A', READER)).status, 403);
  t.equal((await client.basic('PUT', '/api/handles/88.101/C', READER, { body: [url('http://c/')] })).status, 201);
  t.equal((await client.basic('DELETE', '/api/handles/88.101/C', READER)).status, 200);
});
