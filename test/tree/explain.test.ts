import t from 'tap';
import { until } from '../resolve/until.ts';
import { putRecord, startTree } from './start-tree.ts';

interface Hop {
  readonly node: string;
  readonly outcome: string;
  readonly source: string;
}

t.test('explain', async (t) => {
  const tree = await startTree(t, { KAPOK_HOP_TIMEOUT_MS: '500' });
  const { top, industry, enterprise } = tree;
  await putRecord(enterprise, '88.101.7/a');
  await putRecord(industry, '88.101.5/b');
  const explain = async (text: string, more = '') => (await top.get(`/api/handles/${text}?explain=true${more}`)).json;
  const way = (trace: readonly Hop[]) => trace.map(({ node, outcome, source }) => `${node} ${outcome} ${source}`);

  t.test('shows the way through the tree, hop by hop', async (t) => {
    const { explain: why, trace } = await explain('88.101.7/a');
    t.same(way(trace), ['88 referral prefixes', '88.101 referral prefixes', '88.101.7 found store']);
    t.match(trace, [{ prefix: '88.101' }, { prefix: '88.101.7' }, { prefix: '88.101.7' }]);
    for (const hop of trace) {
      t.type(hop.milliseconds, 'number');
      t.ok(hop.ttl > 0, 'how long it may still be kept');
    }
    t.match(why, { outcome: 'found', node: '88.101.7', path: ['88', '88.101', '88.101.7'], version: 1 });
  });

  t.test('shows a cached answer, and the way by which it came', async (t) => {
    await top.get('/api/handles/88.101.7/a');
    const { explain: why, trace } = await explain('88.101.7/a');
    t.same(way(trace), ['88 found memory', '88.101 referral memory', '88.101.7 found memory']);
    t.match(why, { source: 'memory', node: '88.101.7', path: ['88', '88.101', '88.101.7'] });
  });

  t.test('shows what a known referral has spared', async (t) => {
    await explain('88.101.7/one');
    const { trace } = await explain('88.101.7/another');
    t.same(way(trace), ['88 referral memory', '88.101.7 absent store']);
    t.match(trace, [{ prefix: '88.101.7', note: 'a referral that was given before' }]);
  });

  t.test('shows where a hosted prefix is answered', async (t) => {
    t.same(way((await explain('88.101.5/b', '&auth=true')).trace), ['88 referral prefixes', '88.101 found store']);
  });

  t.test('says why an absent identifier is absent', async (t) => {
    const suffix = await explain('88.101.7/none');
    t.match(suffix.explain, { outcome: 'absent', reason: 'suffix-not-registered', node: '88.101.7' });
    t.equal(suffix.explain.message, 'Prefix 88.101.7 is served by node 88.101.7, which has no such suffix');
    const prefix = await explain('88.101.404/none');
    t.match(prefix.explain, { outcome: 'absent', reason: 'prefix-not-allotted', node: '88.101' });
    t.equal(prefix.explain.message, 'Node 88.101 has not allotted the prefix 88.101.404');
  });

  t.test('says who has suspended a prefix', async (t) => {
    await industry.call('PUT', '/api/v1/prefixes/88.101.6', { body: { status: 'suspended' } });
    const { explain: why } = await explain('88.101.6/x');
    t.match(why, {
      outcome: 'withdrawn',
      reason: 'suspended',
      node: '88.101',
      message: /88\.101\.6, by node 88\.101$/,
    });
  });

  t.test('shows at which hop it failed, and why', async (t) => {
    await enterprise.close();
    const { status, json } = await top.get('/api/handles/88.101.7/failing?explain=true&auth=true');
    t.equal(status, 502);
    t.match(json, { code: 'UPSTREAM_UNREACHABLE', handle: '88.101.7/failing' });
    t.match(json.trace.at(-1), {
      node: enterprise.url,
      prefix: '88.101.7',
      outcome: 'failed',
      note: /cannot be reached/,
    });
  });

  t.test('shows that an answer is stale, and why', async (t) => {
    const answer = await until(async () => {
      const answer = await top.get('/api/handles/88.101.7/a?explain=true');
      return answer.headers['kapok-stale'] !== undefined && answer;
    });
    t.equal(answer.status, 200);
    t.match(answer.json.trace.at(-3), { node: '88', outcome: 'found', source: 'memory', note: /cannot be reached/ });
    t.type(answer.json.stale, 'number');
  });
});
