import { performance } from 'node:perf_hooks';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { putPrefix, putRecord } from './start-tree.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const DEADLINE = 800;
/** What a busy machine may add to a bound. */
const SLACK = 1_000;

t.test('a node whose database goes away', async (t) => {
  const databases = await startDatabases(t);

  const proxy = await startTcpProxy(t, await databases.create());
  const node = await startTestNode(t, {
    ...{ KAPOK_ROLE: 'industry', KAPOK_PREFIX: '88.101', DATABASE_URL: proxy.url },
    KAPOK_DEADLINE_MS: String(DEADLINE),
  });
  await putPrefix(node, '88.101.7', { url: 'http://127.0.0.1:9' });
  await putPrefix(node, '88.101.8', { status: 'suspended' });
  await putRecord(node, '88.101/known');
  /** The database is well, and memory knows what is known and what is absent. */
  t.beforeEach(async () => {
    await proxy.mend();
    await until(async () => (await node.get('/health/ready')).status === 200);
    for (const suffix of ['known', 'absent']) {
      const path = `/api/handles/88.101/${suffix}`;
      await until(async () => (await node.get(path)).headers['kapok-stale'] === undefined);
    }
  });

  t.test('gives what it has, marked as stale, and says of the rest that it cannot know', async (t) => {
    await proxy.cut();
    const stale = await until(async () => {
      const answer = await node.get('/api/handles/88.101/known');
      return answer.headers['kapok-stale'] !== undefined && answer;
    });
    t.equal(stale.status, 200);
    t.match(stale.json, { responseCode: 1, handle: '88.101/known', stale: Number });
    const begun = performance.now();
    const unknown = await node.get('/api/handles/88.101/never-seen');
    t.equal(unknown.status, 503);
    t.match(unknown.json, { code: 'DATABASE_UNAVAILABLE', responseCode: 3 });
    t.notMatch(unknown.text, /ECONNREFUSED|127\.0\.0\.1/, 'and nothing of how it is built inside');
    t.ok(performance.now() - begun < DEADLINE + SLACK);
    t.match(await node.get('/api/handles/88.101/absent'), { status: 404, headers: { 'kapok-stale': String } });
    const { json } = await node.call('POST', '/api/resolve', {
      body: { identifiers: ['88.101/known', '88.101/new'] },
      token: null,
    });
    t.match(json.answers, [{ code: 'FOUND', stale: Number }, { code: 'DATABASE_UNAVAILABLE' }]);
  });

  t.test('goes on with what needs no database', async (t) => {
    await proxy.cut();
    t.equal((await node.get('/api/handles/88.101.7/x')).status, 300, 'referrals');
    t.equal((await node.get('/api/handles/88.101.8/x')).status, 403, 'suspensions');
    t.equal((await node.get('/health/live')).status, 200);
    const ready = await node.get('/health/ready');
    t.equal(ready.status, 503);
    t.match(ready.json, { reasons: ['the database cannot be reached'] });
  });

  t.test('refuses writes rather than to lose them, and takes them when it is back', async (t) => {
    await proxy.cut();
    const body = [{ index: 1, type: 'NAME', data: 'second' }];
    const refused = await node.call('PUT', '/api/handles/88.101/known', { body });
    t.equal(refused.status, 503);
    t.match(refused.json, { code: 'DATABASE_UNAVAILABLE' });
    await proxy.mend();
    const taken = await until(async () => {
      const answer = await node.call('PUT', '/api/handles/88.101/known', { body });
      return answer.status === 200 && answer;
    });
    t.equal(taken.headers.etag, '"2"');
    const fresh = await node.get('/api/handles/88.101/known');
    t.equal(fresh.headers.etag, '"2"', 'at once');
    t.equal(fresh.headers['kapok-stale'], undefined);
    t.equal((await node.get('/api/handles/88.101/never-seen')).status, 404);
    await until(async () => (await node.get('/health/ready')).status === 200);
  });

  t.test('answers within the deadline also when the database is there and says nothing', async (t) => {
    proxy.stall();
    const stale = await until(async () => {
      const begun = performance.now();
      const answer = await node.get('/api/handles/88.101/known');
      t.ok(performance.now() - begun < DEADLINE + SLACK);
      return answer.headers['kapok-stale'] !== undefined && answer;
    });
    t.match(stale.json, { responseCode: 1, stale: Number });
    for (const more of ['', '?auth=true', '?explain=true']) {
      const begun = performance.now();
      const unknown = await node.get(`/api/handles/88.101/never-heard-of${more}`);
      t.ok(unknown.status === 504 || unknown.status === 503, `${unknown.status} ${unknown.text}`);
      t.ok(performance.now() - begun < DEADLINE + SLACK, `${more} ${performance.now() - begun} ms`);
    }
    await proxy.mend();
    await until(async () => (await node.get('/api/handles/88.101/never-heard-of')).status === 404);
    await until(async () => (await node.get('/api/handles/88.101/known')).headers['kapok-stale'] === undefined);
  });
});
