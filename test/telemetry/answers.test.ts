import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startTestNode } from '../support/node.ts';
import { readMetrics } from './metrics.ts';

const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88', KAPOK_ROLE: 'top', KAPOK_STALE_WAIT_MS: '0', KAPOK_HOP_TIMEOUT_MS: '1000' };
// Without the filter, whose readiness would decide where absence is counted.
const node = await startTestNode(t, { ...settings, KAPOK_FILTER_BYTES: '0', DATABASE_URL: await databases.create() });
const below = await startTestNode(t, {
  ...{ KAPOK_PREFIX: '88.1', KAPOK_ROLE: 'enterprise' },
  DATABASE_URL: await databases.create(),
});
const body = [{ index: 1, type: 'NAME', data: 'sample' }];
await node.call('PUT', '/api/handles/88/A', { body });
await node.call('PUT', '/api/handles/88/GONE', { body });
await node.call('DELETE', '/api/handles/88/GONE');
await below.call('PUT', '/api/handles/88.1/A', { body });
await node.call('PUT', '/api/v1/prefixes/88.1', { body: { url: below.url } });
await node.call('PUT', '/api/v1/prefixes/88.2', { body: { url: `http://127.0.0.1:${await freePort()}`, pin: false } });

const counted = 'kapok_answers_total';

/** How each series of answers grows by what is done. */
async function growth(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await readMetrics(node);
  await work();
  const after = await readMetrics(node);
  const grown: Record<string, number> = {};
  for (const layer of ['memory', 'filter', 'redis', 'store', 'computed', 'prefixes', 'remote'])
    for (const outcome of ['found', 'referral', 'absent', 'withdrawn', 'failed']) {
      const series = `${counted}{layer="${layer}",outcome="${outcome}"}`;
      const more = after(series) - before(series);
      if (more !== 0) grown[`${layer} ${outcome}`] = more;
    }
  return grown;
}

t.test('an answer counts where it came from and as it ended', async (t) => {
  for (const [path, expected] of [
    ['88/A', { 'store found': 1 }],
    ['88/A', { 'memory found': 1 }],
    ['88/NONE', { 'store absent': 1 }],
    ['88/NONE', { 'memory absent': 1 }],
    ['88/GONE', { 'store withdrawn': 1 }],
    ['88/A?auth', { 'store found': 1 }],
    ['0.NA/88', { 'prefixes found': 1 }],
    ['88.1/A', { 'remote found': 1 }],
    ['88.1/A?recursive=false', { 'prefixes referral': 1 }],
    ['88.2/A', { 'remote failed': 1 }],
    ['99/A', { 'prefixes failed': 1 }],
  ] as const) {
    t.strictSame(await growth(() => node.get(`/api/handles/${path}`)), expected, path);
  }
});

t.test('an operator’s look at private values counts as one of the store, and a batch each of its own', async (t) => {
  t.strictSame(await growth(() => node.call('GET', '/api/handles/88/A')), { 'store found': 1 });
  const identifiers = ['88/A', '88/NONE', '88/OTHER'];
  const batch = () => node.call('POST', '/api/resolve', { body: { identifiers } });
  t.strictSame(await growth(batch), { 'memory found': 1, 'memory absent': 1, 'store absent': 1 });
});

t.test(
  'what leaves the process is timed: statements by their names, calls of other nodes by how they ended',
  async (t) => {
    const before = await readMetrics(node);
    const identifiers = ['88/T1', '88/T2', '88/T3', '88.1/T1', '88.1/T2'];
    await node.call('POST', '/api/resolve', { body: { identifiers } });
    await node.get('/api/handles/88.1/A?auth');
    const after = await readMetrics(node);
    const grown = (series: string) => after(series) - (before(series) || 0);
    t.equal(grown('kapok_database_batch_names_sum'), 3);
    t.equal(grown('kapok_database_batch_names_count'), 1);
    t.equal(grown('kapok_database_batch_seconds_count'), 1);
    t.equal(grown('kapok_hop_seconds_count{result="answered"}'), 2, 'two identifiers of one node travel together');
    t.ok(grown('kapok_hop_seconds_sum{result="answered"}') > 0);
    t.ok(after('kapok_hop_seconds_count{result="unreachable"}') >= 1, 'the node that is not there');
    t.ok(after('kapok_feed_lag_seconds') >= 0);
  },
);
