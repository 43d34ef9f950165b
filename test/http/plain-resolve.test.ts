import t from 'tap';
import { until } from '../resolve/until.ts';
import type { TestNode } from '../support/node.ts';
import { putPrefix, putRecord, startTree } from '../tree/start-tree.ts';
import { askThreeWays, BY_FRAMEWORK } from './lane/ask-three-ways.ts';

t.test('a plain request is answered as the framework answers it, to the byte', async (t) => {
  const tree = await startTree(t, { KAPOK_HOP_TIMEOUT_MS: '2000', KAPOK_DEADLINE_MS: '3000' });
  const { industry, top } = tree;
  const path = (text: string) => `/api/handles/${encodeURIComponent(text)}`;
  await putRecord(industry, '88.101.5/Part');
  await putRecord(industry, '88.101.5/底盘 1');
  await putRecord(industry, '88.101.5/old');
  await industry.call('DELETE', `${path('88.101.5/old')}?successor=88.101.5/new`);
  await industry.call('PUT', path('88.101.5/secret'), {
    body: [{ index: 1, type: 'NOTE', data: 'x', permissions: '1100' }],
  });
  await putPrefix(industry, '88.101.6', {});
  await industry.call('PATCH', '/api/v1/prefixes/88.101.6', { body: { status: 'suspended' } });
  await putRecord(tree.enterprise, '88.101.7/known');

  const compare = async (node: TestNode, text: string, status: number) => {
    t.equal((await node.get(path(text))).status, status, text);
    const { lane, node: read, framework } = await askThreeWays(t, node.url, path(text));
    t.match(lane.head, `HTTP/1.1 ${status} `);
    t.same(read, lane, `${text}, read by node:http`);
    t.same(framework, lane, `${text}, by the framework`);
  };
  for (const [text, status] of [
    ['88.101.5/Part', 200],
    ['88.101.5/pART', 200],
    ['88.101.5/底盘 1', 200],
    ['88.101.5/old', 410],
    ['88.101.5/secret', 200],
    ['88.101.5/none', 404],
    ['88.101.404/none', 404],
    ['88.101.6/x', 403],
    ['88.101.7/known', 300],
    ['0.NA/88.101.5', 200],
    ['88.101.5', 404],
    ['88.101.5/', 404],
    ['88..5/x', 400],
    ['99.1/x', 400],
  ] as const)
    await compare(industry, text, status);

  await compare(top, '88.101.7/known', 200);
  await tree.enterprise.close();
  await compare(top, '88.101.7/never seen', 502);
  await until(async () => (await top.get(path('88.101.7/known'))).headers['kapok-stale'] !== undefined);
  const stale = await top.get(path('88.101.7/known'));
  const framework = await top.get(path('88.101.7/known'), BY_FRAMEWORK);
  t.match(framework.headers, { warning: stale.headers.warning, etag: stale.headers.etag });
  t.match(stale.json, { responseCode: 1, handle: '88.101.7/known', stale: Number });
  t.same({ ...stale.json, stale: 0 }, { ...framework.json, stale: 0 });
});
