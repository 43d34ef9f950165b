import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const body = { scope: '88.101.9', role: 'device', label: 'known, and from elsewhere' };
const { token } = (await node.call('POST', '/api/v1/tokens', { body })).json;
const open = (data: string) => ({ index: 1, type: 'NAME', data, permissions: '1111' });
const pin = (data: string) => ({ index: 2, type: 'PIN', data, permissions: '1100' });
await node.call('PUT', '/api/v1/identifiers/88.101/door', { body: { values: [open('a'), pin('4711')] } });
const call = (method: string, query: string, values?: object[]) =>
  node.call(method, `/api/handles/88.101/door?${query}`, { token, ...(values && { body: values }) });

t.test('whoever is known changes a value with public write', async (t) => {
  t.match(await call('PUT', 'index=1', [open('b')]), { status: 200 });
  t.match((await node.get('/api/handles/88.101/door')).json, { values: [{ data: { value: 'b' } }] });
});

t.test('beside it nobody learns what is private, nor where it stands', async (t) => {
  const right = await call('PUT', 'index=various', [open('c'), pin('4711')]);
  t.equal(right.status, 403);
  t.strictSame((await call('PUT', 'index=various', [open('c'), pin('0000')])).json, right.json);
  for (const index of [2, 7]) {
    t.strictSame((await call('DELETE', `index=${index}`)).json, right.json);
    t.strictSame((await call('PUT', `index=${index}&overwrite=false`, [{ ...pin('0'), index }])).json, right.json);
  }
  const { values } = (await node.call('GET', '/api/v1/identifiers/88.101/door')).json;
  t.match(values, [{ data: { value: 'b' } }, { data: { value: '4711' } }]);
});
