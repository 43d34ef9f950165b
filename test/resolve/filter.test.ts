import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { readMetrics } from '../telemetry/metrics.ts';
import { putRecord } from '../tree/start-tree.ts';
import { until } from './until.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const settings = { KAPOK_PREFIX: '88.101', DATABASE_URL: url };
const first = await startTestNode(t, settings);
let floods = 0;
/** How many of a flood, names that nobody asked for before, are answered by the filter: one call brings them all in one turn. */
const filteredOf = async (node: TestNode): Promise<number> => {
  const start = `88.101/flood-${floods++}`;
  const identifiers = Array.from({ length: 100 }, (_, i) => `${start}-${i}`);
  const { json } = await node.call('POST', '/api/resolve', { body: { identifiers, explain: true } });
  const answers = json.answers as { trace: { source: string }[] }[];
  return answers.filter(({ trace }) => trace.at(-1)?.source === 'filter').length;
};
const ready = (node: TestNode) => until(async () => (await filteredOf(node)) > 0);
await ready(first);

t.test('random names cost neither the database nor memory', async (t) => {
  const flood = async (round: number) => {
    const before = await readMetrics(first);
    // Each call in one turn: a flood, however slow the machine.
    for (const half of ['A', 'B']) {
      const identifiers = Array.from({ length: 1_000 }, (_, i) => `88.101/RANDOM-${half}${i}-${round}`);
      const { json } = await first.call('POST', '/api/resolve', { body: { identifiers } });
      const codes = (json.answers as { responseCode: number }[]).map(({ responseCode }) => responseCode);
      t.strictSame(new Set(codes), new Set([100]));
    }
    const after = await readMetrics(first);
    return (series: string) => after(series) - before(series);
  };
  let round = 0;
  // A process that gets no time for a second cannot be sure of its feed, and asks the database.
  const grown = await until(async () => {
    const grown = await flood(round++);
    return grown('kapok_answers_total{layer="filter",outcome="absent"}') > 1_000 && grown;
  });
  const filtered = grown('kapok_answers_total{layer="filter",outcome="absent"}');
  t.equal(grown('kapok_resolutions_total{event="miss"}') + filtered, 2_000, 'the others are looked up');
  t.ok(grown('kapok_memory_cache_entries') <= 2_000 - filtered);
});

t.test('what is registered is found from then on, also where another process did it', async (t) => {
  const second = await startTestNode(t, settings);
  await ready(second);
  for (let i = 0; i < 20; i++) {
    const path = `/api/handles/88.101/new-${i}`;
    await filteredOf(second);
    t.equal((await second.get(path)).status, 404);
    await putRecord(first, `88.101/new-${i}`);
    t.equal((await first.get(path)).status, 200);
    await until(async () => (await second.get(path)).status === 200);
  }
  t.equal((await first.get('/api/handles/88.101/NEW-3')).status, 200, 'in any case');
});

t.test('what was there before the start is known, and a tombstone is no absence', async (t) => {
  await first.call('DELETE', '/api/handles/88.101/new-1');
  const later = await startTestNode(t, settings);
  await ready(later);
  t.equal((await later.get('/api/handles/88.101/new-0')).status, 200);
  t.equal((await later.get('/api/handles/88.101/new-1')).status, 410);
});

t.test('what the filter cannot know goes on: computed records, prefixes elsewhere, and who insists', async (t) => {
  const body = {
    prefix: '88.101',
    pattern: 'C{counter:4}',
    from: 1,
    to: 10,
    values: [{ index: 1, type: 'A', data: 'x' }],
  };
  t.equal((await first.call('POST', '/api/v1/computed', { body })).status, 201);
  t.equal((await first.get('/api/handles/88.101/C0003')).status, 200);
  await filteredOf(first);
  t.equal((await first.get('/api/handles/88.101/C0004')).status, 200, 'in a flood, too');
  t.equal((await first.get('/api/handles/88.101/C0011')).status, 404);
  await first.call('PUT', '/api/v1/prefixes/88.101.9', { body: { url: 'http://127.0.0.1:9' } });
  t.equal((await first.get('/api/handles/88.101.9/x')).status, 300);
  t.equal((await first.get('/api/handles/0.NA/88.101.9')).status, 200);
  t.equal((await first.get('/api/handles/88.101/never?auth=true&explain=true')).json.explain.source, 'store');
  await first.call('PUT', '/api/v1/prefixes/88.101.8', { body: {} });
  await first.call('PATCH', '/api/v1/prefixes/88.101.8', { body: { status: 'suspended' } });
  t.equal((await first.get('/api/handles/88.101.8/x')).status, 403);
});

t.test('identifiers that do not fit are looked for in the database', async (t) => {
  const small = await startTestNode(t, { ...settings, KAPOK_FILTER_BYTES: '1000' });
  const none = await startTestNode(t, { ...settings, KAPOK_FILTER_BYTES: '0' });
  for (const node of [small, none]) {
    t.equal(await filteredOf(node), 0);
    t.equal((await node.get('/api/handles/88.101/new-0')).status, 200);
  }
});
