import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { answering, found, startFaultyPeer } from '../support/faulty-peer.ts';
import { startTestNode } from '../support/node.ts';
import { putPrefix } from '../tree/start-tree.ts';

const databases = await startDatabases(t);
const top = await startTestNode(t, {
  ...{ KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', DATABASE_URL: await databases.create() },
  ...{ KAPOK_DEADLINE_MS: '8000', KAPOK_HOP_TIMEOUT_MS: '6000' },
});
const told: number[] = [];
const peer = await startFaultyPeer(t);
await putPrefix(top, '88.7', { url: peer.url });

t.test('what is left of the time of the caller travels with the question', async (t) => {
  peer.behave((asked, response, request) => {
    told.push(Number(request.headers['kapok-timeout']));
    return answering(found)(asked, response, request);
  });
  t.equal((await top.get('/api/handles/88.7/a')).status, 200);
  t.equal((await top.get('/api/handles/88.7/b', { 'kapok-timeout': '3000' })).status, 200);
  t.equal((await top.get('/api/handles/88.7/c', { 'kapok-timeout': 'soon' })).status, 200);
  t.equal((await top.get('/api/handles/88.7/d', { 'kapok-timeout': '99999999' })).status, 200);
  const [own = 0, asked = 0, odd = 0, longer = 0] = told;
  t.ok(asked > 0 && asked <= 3_000, `${asked} of 3000 ms`);
  for (const timeout of [own, odd, longer]) t.ok(timeout > 3_000 && timeout <= 6_000, `${timeout} ms, of its own`);
});

t.test('who waits for less is told sooner that there is no answer', async (t) => {
  peer.behave(() => {});
  const begun = performance.now();
  const { status, json } = await top.get('/api/handles/88.7/e', { 'kapok-timeout': '200' });
  t.ok(performance.now() - begun < 5_000);
  t.match({ status, json }, { status: 504, json: { code: 'UPSTREAM_TIMEOUT' } });
  const body = { identifiers: ['88.7/f'] };
  const batch = await top.call('POST', '/api/resolve', { body, headers: { 'kapok-timeout': '200' } });
  t.match(batch.json.answers, [{ code: 'UPSTREAM_TIMEOUT' }]);
});
