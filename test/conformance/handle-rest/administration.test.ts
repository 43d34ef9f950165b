import t from 'tap';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { type Difference, replay } from './compare.ts';
import { readExchanges } from './exchange.ts';
import { RECORDS } from './records.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '20.500.12345', DATABASE_URL: await databases.create() });
for (const [identifier, body] of Object.entries(RECORDS))
  await node.call('PUT', `/api/handles/${identifier}`, { body });

const U = '-u 301%3A20.500.12345/ADMIN:bench-secret-123';
const noListing: Difference = {
  why: 'a node does not list identifiers over this interface',
  check: (t, { status, json }) => t.match({ status, json }, { status: 404, json: { responseCode: 4 } }),
};

const DIFFERENCES: Record<string, Difference> = {
  [`${U} /api/handles?prefix=20.500.12345&page=0&pageSize=2`]: noListing,
  [`${U} /api/handles?prefix=0.NA/20.500.12345&page=0&pageSize=0`]: noListing,
  [`${U} /api/prefixes`]: noListing,
  [`${U} /api/handles/20.500.12345/ADMIN`]: {
    why: 'values that no administrator may read are left out, where Handle refuses the whole record',
    check: (t, { status, json, text }) => {
      t.equal(status, 200);
      t.match(json, { responseCode: 1, handle: '20.500.12345/ADMIN', values: [{ index: 100 }] });
      t.equal(json.values.length, 1);
      t.notMatch(text, 'never read');
    },
  },
  [`-X PUT ${U} -H Content-Type: application/json -d [{"index":1,"type":"URL","data":"http://m/"}] /api/handles/20.500.12345/?mintNewSuffix=true`]:
    {
      why: 'the minted suffix is another one each time',
      check: (t, { status, json }) => {
        t.equal(status, 201);
        t.match(json, { responseCode: 1, handle: /^20\.500\.12345\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ });
      },
    },
};

t.test('writes as a Handle server does', async (t) => {
  const exchanges = readExchanges('administration.txt');
  t.equal(exchanges.length, 19);
  await replay(t, { node, exchanges, differences: DIFFERENCES });
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
