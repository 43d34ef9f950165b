import t from 'tap';
import { until } from '../resolve/until.ts';
import { startTestNode } from '../support/node.ts';
import { grantFeed, readCatalogue, readNames } from './mirrored.ts';
import { putPrefix, putRecord, startTree } from './start-tree.ts';

t.test('what is registered below is known above', async (t) => {
  const tree = await startTree(t, { KAPOK_RECONCILE_SECONDS: '1' });
  const { top, industry } = tree;
  await grantFeed(top, industry);
  await grantFeed(industry, tree.enterprise);
  const agree = async (prefix: string) => {
    const nodes = prefix.startsWith('88.101.7') ? [top, industry, tree.enterprise] : [top, industry];
    const found = await Promise.all(nodes.map((node) => readCatalogue(node, prefix)));
    const [first, ...others] = found.map((each) => JSON.stringify(each));
    return others.every((other) => other === first) && found[0];
  };

  t.test('a registration at the enterprise is found at the top within seconds', async (t) => {
    const begun = performance.now();
    await putRecord(tree.enterprise, '88.101.7/底盘 1', '深沟球轴承');
    await until(async () => (await readNames(top)).includes('88.101.7/底盘 1'));
    t.ok(performance.now() - begun < 10_000, `${Math.round(performance.now() - begun)} ms`);
    const { json } = await top.call('GET', '/api/v1/feed');
    const entry = json.entries.find(({ identifier }: { identifier: string }) => identifier === '88.101.7/底盘 1');
    t.match(entry, { source: '88.101', name: '深沟球轴承', version: 1, prefix: '88.101.7' });
    const search = await top.get(`/api/v1/search?q=${encodeURIComponent('轴承')}`);
    t.match(search.json.hits ?? search.json.results, [{ identifier: '88.101.7/底盘 1' }]);
    const again = performance.now();
    await putRecord(tree.enterprise, '88.101.7/second');
    await until(async () => (await readNames(top)).includes('88.101.7/second'));
    t.comment(`from the enterprise to the top in ${Math.round(performance.now() - again)} ms`);
  });

  t.test('a change and a withdrawal follow', async () => {
    await putRecord(tree.enterprise, '88.101.7/底盘 1', 'changed');
    await tree.enterprise.call(
      'DELETE',
      `/api/handles/${encodeURIComponent('88.101.7/second')}?successor=88.101.7/third`,
    );
    await until(async () => {
      const { entries } = (await top.call('GET', '/api/v1/feed')).json;
      const found = (name: string) => entries.find(({ identifier }: { identifier: string }) => identifier === name);
      return found('88.101.7/底盘 1')?.name === 'changed' && found('88.101.7/second')?.successor === '88.101.7/third';
    });
  });

  t.test('a value that is not public goes no further than its node', async (t) => {
    const body = [
      { index: 1, type: 'NAME', data: 'shown' },
      { index: 2, type: 'NOTE', data: 'kept back', permissions: '1100' },
    ];
    await tree.enterprise.call('PUT', '/api/handles/88.101.7/partly', { body });
    await until(async () => (await readNames(top)).includes('88.101.7/partly'));
    for (const node of [tree.enterprise, industry, top]) {
      t.notMatch((await node.call('GET', '/api/v1/feed')).text, /kept back/);
    }
  });

  t.test('all three agree on the digests', async (t) => {
    const found = await until(() => agree('88.101.7'));
    t.equal(found.total, 3);
  });

  t.test('a suspension below is passed on by comparison, and so is its end', async () => {
    await industry.call('PATCH', '/api/v1/prefixes/88.101.7', { body: { status: 'suspended' } });
    await until(async () => (await readCatalogue(top, '88.101.7')).total === 0);
    await industry.call('PATCH', '/api/v1/prefixes/88.101.7', { body: { status: 'active' } });
    await until(async () => (await readCatalogue(top, '88.101.7')).total === 3);
  });

  t.test('a node that is away is followed again when it is back', async () => {
    await tree.enterprise.close();
    await tree.restartEnterprise();
    await putRecord(tree.enterprise, '88.101.7/after the restart');
    await until(async () => (await readNames(top)).includes('88.101.7/after the restart'));
    await until(() => agree('88.101.7'));
  });

  t.test('a delegation that ends takes its rows along; one that begins brings them', async () => {
    await putPrefix(industry, '88.101.7', {});
    await until(async () => (await readCatalogue(industry, '88.101.7')).total === 0);
    await until(async () => (await readCatalogue(top, '88.101.7')).total === 0);
    await putPrefix(industry, '88.101.7', { url: tree.enterprise.url });
    await until(() => agree('88.101.7').then((found) => found && found.total === 4));
  });

  t.test('what lies below a prefix that this node has allotted otherwise is not taken over', async (t) => {
    await putRecord(industry, '88.101.5/theirs');
    await until(async () => (await readNames(top)).includes('88.101.5/theirs'));
    await putPrefix(top, '88.101.5', {});
    await putRecord(top, '88.101.5/own');
    await until(async () => (await readNames(top)).includes('88.101.5/own'));
    await until(async () => !(await readNames(top)).includes('88.101.5/theirs'));
    await putRecord(industry, '88.101.5/theirs', 'changed');
    await putRecord(industry, '88.101/marker');
    await until(async () => (await readNames(top)).includes('88.101/marker'));
    t.notOk((await readNames(top)).includes('88.101.5/theirs'));
  });

  t.test('without the right to read its feed nothing comes of a node, and the other ones go on', async (t) => {
    const stranger = await startTestNode(t, {
      KAPOK_ROLE: 'industry',
      KAPOK_PREFIX: '88.102',
      DATABASE_URL: await tree.databases.create(),
    });
    await putRecord(stranger, '88.102/A');
    await putPrefix(top, '88.102', { url: stranger.url });
    await until(async () => /kapok_mirrors\{state="failing"\} 1/.test((await top.get('/metrics')).text));
    await putRecord(tree.enterprise, '88.101.7/meanwhile');
    await until(async () => (await readNames(top)).includes('88.101.7/meanwhile'));
    t.notOk((await readNames(top)).includes('88.102/A'));
    await grantFeed(top, stranger);
    await until(async () => (await readNames(top)).includes('88.102/A'), 60_000);
  });
});
