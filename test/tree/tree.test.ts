import { performance } from 'node:perf_hooks';
import t from 'tap';
import { REMOTE_TTL_MAX } from '../../src/resolve/lifetimes.ts';
import { until } from '../resolve/until.ts';
import { putPrefix, putRecord, startTree } from './start-tree.ts';

const DEADLINE = 2_000;
/** What a busy machine may add to a bound. */
const SLACK = 1_000;

t.test('a tree of three nodes', async (t) => {
  const tree = await startTree(t, { KAPOK_DEADLINE_MS: String(DEADLINE), KAPOK_HOP_TIMEOUT_MS: '500' });
  const { top, industry } = tree;
  await putRecord(tree.enterprise, '88.101.7/底盘 1');
  await putRecord(industry, '88.101.5/hosted');
  const path = (text: string) => `/api/handles/${encodeURIComponent(text)}`;

  t.test('the top resolves what its children and their children hold', async (t) => {
    for (const text of ['88.101.7/底盘 1', '88.101.5/hosted']) {
      const { status, json, headers } = await top.get(path(text));
      t.equal(status, 200);
      t.match(json, { responseCode: 1, handle: text, values: [{ index: 1, type: 'NAME', data: { value: 'first' } }] });
      t.equal(headers.etag, '"1"');
      t.equal(headers['kapok-stale'], undefined);
    }
  });

  t.test('the top refers who does not want it to follow', async (t) => {
    const { status, json } = await top.get(`${path('88.101.7/底盘 1')}?recursive=false`);
    t.equal(status, 300);
    const port = Number(new URL(industry.url).port);
    t.match(json, {
      responseCode: 303,
      values: [{ type: 'HS_SITE', data: { value: { servers: [{ interfaces: [{ port }] }] } } }],
    });
  });

  t.test('what is absent is absent from the top too, and the reason comes along', async (t) => {
    const expected = [
      ['88.101.7/none', '88.101.7', 'suffix-not-registered'],
      ['88.101.5/none', '88.101', 'suffix-not-registered'],
      ['88.101.404/none', '88.101', 'prefix-not-allotted'],
      ['88.404/none', '88', 'prefix-not-allotted'],
    ] as const;
    for (const [text, node, reason] of expected) {
      const { status, json } = await top.get(`${path(text)}?explain=true`);
      t.equal(status, 404);
      t.match(json, { responseCode: 100, handle: text, explain: { outcome: 'absent', node, reason } });
      t.match(
        json.explain.message,
        reason === 'prefix-not-allotted' ? `Node ${node} has not allotted` : `served by node ${node}`,
      );
    }
  });

  t.test('what was absent is found as soon as it is there', async (t) => {
    const text = '88.101.55/new';
    t.match((await industry.get(`${path(text)}?explain=true`)).json.explain, { reason: 'prefix-not-allotted' });
    t.equal((await industry.get(path(text))).status, 404);
    await putPrefix(industry, '88.101.55', {});
    t.match((await industry.get(`${path(text)}?explain=true`)).json.explain, { reason: 'suffix-not-registered' });
    t.equal((await industry.get(path(text))).status, 404);
    await putRecord(industry, text);
    t.equal((await industry.get(path(text))).status, 200);
    await until(async () => (await top.get(path(text))).status === 200);
  });

  t.test('a tombstone and its successor are seen from the top', async (t) => {
    await putRecord(tree.enterprise, '88.101.7/old');
    await tree.enterprise.call('DELETE', `${path('88.101.7/old')}?successor=88.101.7/new`);
    const { status, json } = await top.get(path('88.101.7/old'));
    t.equal(status, 410);
    t.match(json, { code: 'TOMBSTONE', successor: '88.101.7/new' });
  });

  t.test('a new version is seen from the top within the bound', async (t) => {
    await putRecord(tree.enterprise, '88.101.7/moving', 'first');
    t.equal((await top.get(path('88.101.7/moving'))).headers.etag, '"1"');
    await putRecord(tree.enterprise, '88.101.7/moving', 'second');
    const begun = performance.now();
    t.equal((await tree.enterprise.get(path('88.101.7/moving'))).headers.etag, '"2"', 'at once where it was written');
    t.equal((await top.get(`${path('88.101.7/moving')}?auth=true`)).headers.etag, '"2"', 'at once for who insists');
    await until(async () => (await top.get(path('88.101.7/moving'))).headers.etag === '"2"');
    t.ok(performance.now() - begun < REMOTE_TTL_MAX * 1_000 + SLACK);
  });

  t.test('a suspension shows at once where it is made, and from the top within the bound', async (t) => {
    const text = path('88.101.7/底盘 1');
    t.equal((await top.get(text)).status, 200);
    t.equal((await industry.get(`${text}?recursive=false`)).status, 300);
    await industry.call('PATCH', '/api/v1/prefixes/88.101.7', { body: { status: 'suspended' } });
    const begun = performance.now();
    const there = await industry.get(text);
    t.equal(there.status, 403);
    t.match(there.json, { code: 'PREFIX_SUSPENDED', prefix: '88.101.7' });
    const seen = await until(async () => {
      const answer = await top.get(text);
      return answer.status === 403 && answer;
    });
    t.ok(performance.now() - begun < REMOTE_TTL_MAX * 1_000 + SLACK);
    t.match(seen.json, { code: 'PREFIX_SUSPENDED', prefix: '88.101.7', message: /88\.101\.7, by node 88\.101/ });
    t.equal((await top.get(path('88.101.5/hosted'))).status, 200, 'its sibling goes on');
    await industry.call('PATCH', '/api/v1/prefixes/88.101.7', { body: { status: 'active' } });
    t.equal((await industry.get(text)).status, 300);
    await until(async () => (await top.get(text)).status === 200);
  });

  t.test('a suspension by the top holds for the whole subtree, at once', async (t) => {
    t.equal((await top.get(path('88.101.5/hosted'))).status, 200);
    await top.call('PATCH', '/api/v1/prefixes/88.101', { body: { status: 'suspended' } });
    const { status, json } = await top.get(path('88.101.5/hosted'));
    t.equal(status, 403);
    t.match(json, { code: 'PREFIX_SUSPENDED', prefix: '88.101' });
    await top.call('PATCH', '/api/v1/prefixes/88.101', { body: { status: 'active' } });
    t.equal((await top.get(path('88.101.5/hosted'))).status, 200);
  });

  t.test('an enterprise that is closed leaves stale answers and honest failures', async (t) => {
    await putRecord(tree.enterprise, '88.101.7/known');
    await top.get(path('88.101.7/known'));
    await top.get(path('88.101.7/unknown'));
    await tree.enterprise.close();
    const stale = await until(async () => {
      const answer = await top.get(path('88.101.7/known'));
      return answer.headers['kapok-stale'] !== undefined && answer;
    });
    t.equal(stale.status, 200);
    t.match(stale.json, { responseCode: 1, stale: Number(stale.headers['kapok-stale']) });
    t.match(stale.headers.warning, /^110 /);
    const begun = performance.now();
    const failed = await top.get(path('88.101.7/never seen'));
    t.ok(performance.now() - begun < DEADLINE + SLACK);
    t.equal(failed.status, 502);
    t.match(failed.json, { code: 'UPSTREAM_UNREACHABLE', responseCode: 601, handle: '88.101.7/never seen' });
    t.match(failed.json.message, `${new URL(tree.enterprise.url).host} cannot be reached; it answers for 88.101.7`);
    const absent = await top.get(path('88.101.7/unknown'));
    t.equal(absent.status, 404, 'what was known not to exist');
    t.match(absent.headers, { 'kapok-stale': String });
    const { json } = await top.call('POST', '/api/resolve', {
      body: { identifiers: ['88.101.7/known', '88.101.7/new'] },
    });
    t.match(json.answers, [{ code: 'FOUND', stale: Number }, { code: 'UPSTREAM_UNREACHABLE' }]);

    await tree.restartEnterprise();
    await putRecord(tree.enterprise, '88.101.7/known', 'second');
    const fresh = await until(async () => {
      const answer = await top.get(path('88.101.7/known'));
      return answer.status === 200 && answer.headers['kapok-stale'] === undefined && answer;
    });
    t.match(fresh.json.values, [{ data: { value: 'second' } }]);
    t.notMatch(fresh.json, { stale: Number });
    await until(async () => (await top.get(path('88.101.7/never seen'))).status === 404);
  });

  t.test('a node that moves is found at its new place', async (t) => {
    await putRecord(tree.enterprise, '88.101.7/mover');
    await top.get(path('88.101.7/mover'));
    await putPrefix(industry, '88.101.8', { url: 'http://127.0.0.1:9' });
    t.equal((await top.get(path('88.101.8/x'))).status, 502);
    await putPrefix(industry, '88.101.8', { url: industry.url });
    const looped = await until(async () => {
      const answer = await top.get(path('88.101.8/x'));
      return answer.status === 508 && answer;
    });
    t.match(looped.json, { code: 'LOOP', message: /refers back to 88\.101\.8/ });
  });

  t.test('a prefix that gets a node of its own is answered there from the next moment', async (t) => {
    await putRecord(industry, '88.101.5/part', 'hosted');
    await putRecord(industry, '88.101.5/part', 'hosted, second version');
    t.equal((await top.get(path('88.101.5/part'))).headers.etag, '"2"');
    await putPrefix(industry, '88.101.5', { url: tree.enterprise.url });
    t.equal((await industry.get(path('88.101.5/part'))).status, 300, 'the old records are not shown');
    await putPrefix(industry, '88.101.5', {});
    t.equal((await industry.get(path('88.101.5/part'))).headers.etag, '"2"');
  });
});
