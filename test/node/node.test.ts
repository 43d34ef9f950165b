import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

t.test('a node registers and resolves', async (t) => {
  const databases = await startDatabases(t);
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
  const put = await node.call('PUT', '/api/handles/88.101/A1', {
    body: [{ index: 1, type: 'URL', data: 'https://example.invalid/1' }],
  });
  t.equal(put.status, 201, put.text);
  const got = await node.get('/api/handles/88.101/a1');
  t.match(got.json, { responseCode: 1, handle: '88.101/a1', values: [{ index: 1 }] });
  const gone = await node.call('DELETE', '/api/handles/88.101/A1?successor=88.101/B');
  t.equal(gone.status, 200);
  t.match((await node.get('/api/handles/88.101/A1')).json, { code: 'TOMBSTONE', successor: '88.101/B' });
});
