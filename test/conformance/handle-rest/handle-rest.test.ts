import t from 'tap';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { replay } from './compare.ts';
import { administrationDifferences, resolutionDifferences } from './differences.ts';
import { readExchanges } from './exchange.ts';
import { RECORDS } from './records.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '20.500.12345', DATABASE_URL: await databases.create() });
for (const [identifier, body] of Object.entries(RECORDS)) {
  const { status, text } = await node.call('PUT', `/api/handles/${identifier}`, { body });
  if (status !== 201) throw new Error(text);
}

const grant = { subject: '301:20.500.12345/ADMIN', role: 'operator', scope: '' };
await node.call('POST', '/api/v1/grants', { body: grant });

t.test('resolves as a Handle server does', async (t) => {
  const exchanges = readExchanges('resolution.txt');
  t.equal(exchanges.length, 38);
  const { publicKey } = (await node.get('/api/site')).json.site.servers[0];
  t.match(publicKey, { format: 'key', value: { kty: 'OKP', crv: 'Ed25519', x: /^[A-Za-z0-9_-]{43}$/ } });
  await replay(t, { node, exchanges, differences: resolutionDifferences(node.url, publicKey) });
});

t.test('answers the same from memory and from the database', async (t) => {
  for (const path of ['20.500.12345/H5', '20.500.12345/h5', '20.500.12345/PRIVATE', '20.500.12345/UTF8']) {
    const [cached, asked] = [await node.get(`/api/handles/${path}`), await node.get(`/api/handles/${path}?auth=true`)];
    t.equal(cached.text, asked.text, path);
    t.equal((await node.get(`/api/handles/${path}`)).text, asked.text, path);
  }
});

t.test('gives a browser a page that names the identifier which is not there', async (t) => {
  const { status, headers, text } = await node.get('/20.500.12345/NOPE', { accept: 'text/html' });
  t.equal(status, 404);
  t.equal(headers['content-type'], 'text/html;charset=utf-8');
  t.match(text, '20.500.12345/NOPE');
});

t.test('refuses malformed paths with the code of an invalid handle', async (t) => {
  for (const path of [
    '20.500.12345/%zz',
    '20.500.12345/%C3',
    '20.500.12345/a%00b',
    `20.500.12345/${'a'.repeat(2050)}`,
  ]) {
    const { status, json } = await node.get(`/api/handles/${path}`);
    t.match(
      { status, json },
      { status: 400, json: { responseCode: 102, code: 'INVALID_IDENTIFIER' } },
      path.slice(0, 40),
    );
  }
});

t.test('writes as a Handle server does', async (t) => {
  const exchanges = readExchanges('administration.txt');
  t.equal(exchanges.length, 19);
  await replay(t, { node, exchanges, differences: administrationDifferences });
});

t.test('a withdrawn record leaves a tombstone, where Handle forgets it', async (t) => {
  const { status, json } = await node.get('/api/handles/20.500.12345/NEW2');
  t.equal(status, 410);
  t.match(json, { responseCode: 10003, handle: '20.500.12345/NEW2', code: 'TOMBSTONE', prefix: '20.500.12345' });
});

t.test('a withdrawn record names its successor, and can be registered again', async (t) => {
  const path = '/api/handles/20.500.12345/AGAIN';
  const body = [{ index: 1, type: 'URL', data: 'http://a/' }];
  t.equal((await node.call('PUT', path, { body })).status, 201);
  t.equal((await node.call('DELETE', `${path}?successor=20.500.12345/H5`)).status, 200);
  t.match((await node.get(path)).json, { code: 'TOMBSTONE', successor: '20.500.12345/H5' });
  const again = await node.call('PUT', `${path}?overwrite=false`, { body });
  t.match({ status: again.status, etag: again.headers.etag }, { status: 201, etag: '"3"' });
  t.match((await node.get(path)).json, { responseCode: 1 });
});

t.test('a record that exists is not overwritten when the caller says so', async (t) => {
  const path = '/api/handles/20.500.12345/H5?overwrite=false';
  const { status, json } = await node.call('PUT', path, { body: [] });
  t.equal(status, 409);
  t.match(json, { responseCode: 101, handle: '20.500.12345/H5', code: 'ALREADY_EXISTS' });
  t.equal((await node.get('/api/handles/20.500.12345/H5')).json.values.length, 4);
});

t.test('values are put into a record that exists, and into no other', async (t) => {
  const body = [{ index: 4, type: 'DESC', data: 'four' }];
  const missing = await node.call('PUT', '/api/handles/20.500.12345/NONE?index=4', { body });
  t.match(missing, { status: 404, json: { responseCode: 100, handle: '20.500.12345/NONE' } });
  t.equal((await node.call('PUT', '/api/handles/20.500.12345/H5?index=4', { body })).status, 201);
  t.equal((await node.call('PUT', '/api/handles/20.500.12345/H5?index=4', { body })).status, 200);
  const { json } = await node.get('/api/handles/20.500.12345/h5');
  t.strictSame(
    json.values.map((value: { index: number }) => value.index),
    [1, 2, 3, 4, 100],
  );
});

t.test('values that are not there cannot be removed, and those beside them stay', async (t) => {
  const path = '/api/handles/20.500.12345/H5?index=1&index=77';
  t.match(await node.call('DELETE', path), { status: 404, json: { responseCode: 200, message: /index 77/ } });
  t.equal((await node.get('/api/handles/20.500.12345/H5?index=1')).json.values.length, 1);
});

t.test('a record stays when its last value is removed', async (t) => {
  await node.call('PUT', '/api/handles/20.500.12345/ONE', { body: [{ index: 1, type: 'URL', data: 'x' }] });
  t.equal((await node.call('DELETE', '/api/handles/20.500.12345/ONE?index=1')).status, 200);
  const { status, text } = await node.get('/api/handles/20.500.12345/ONE');
  t.equal(status, 200);
  t.equal(text, '{"responseCode":200,"values":[],"handle":"20.500.12345/ONE"}');
});
