import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startFaultyPeer } from '../support/faulty-peer.ts';
import { startTestNode } from '../support/node.ts';
import { putPrefix, putRecord } from '../tree/start-tree.ts';

t.test('what finds no room is refused with 503 and a time, and other prefixes have theirs', async (t) => {
  const databases = await startDatabases(t);
  const node = await startTestNode(t, {
    ...{ KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', DATABASE_URL: await databases.create() },
    ...{ KAPOK_MAX_MISSES: '3', KAPOK_DEADLINE_MS: '6000', KAPOK_HOP_TIMEOUT_MS: '6000' },
  });
  let asked = 0;
  const peer = await startFaultyPeer(t, () => void asked++);
  await putPrefix(node, '88.7', { url: peer.url });
  await putRecord(node, '88/own');
  const held = ['a', 'b'].map((suffix) => node.get(`/api/handles/88.7/${suffix}`));
  await until(() => asked > 0);
  const refused = await node.get('/api/handles/88.7/c');
  t.match(refused, { status: 503, headers: { 'retry-after': '1' } });
  t.match(refused.json, { code: 'OVERLOADED', responseCode: 3, handle: '88.7/c' });
  const batch = await node.call('POST', '/api/resolve', { body: { identifiers: ['88.7/d', '88/own'] } });
  t.match(batch.json.answers, [{ code: 'OVERLOADED' }, { code: 'FOUND' }]);
  t.match(await node.get('/metrics'), { text: /kapok_misses_under_way 2\n/ });
  await peer.close();
  for (const answer of await Promise.all(held)) t.equal(answer.status, 502);
  t.match((await node.get('/api/handles/88.7/c')).status, 502, 'there is room again');
});
