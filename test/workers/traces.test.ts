import t from 'tap';
import { Client } from 'undici';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { readMetrics } from '../telemetry/metrics.ts';
import { startCollector } from '../telemetry/traces/collector.ts';
import { startNodeProcess } from '../tree/node-process.ts';

t.setTimeout(600_000);
const databases = await startDatabases(t);
const collector = await startCollector(t);
const settings = { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() };
const follow = { KAPOK_TRACES: collector.url, KAPOK_TRACE_SAMPLE: '0' };
const node = await startNodeProcess(t, { ...settings, ...follow }, ['--workers', '2']);
const TRACE = 'b'.repeat(32);
const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };

/** A request on each of four connections: the node deals them out to its workers in turn. */
async function askAll(suffix: string): Promise<void> {
  for (let i = 0; i < 4; i++) {
    const client = new Client(node.url);
    const { body } = await client.request({ method: 'GET', path: `/api/handles/88.107/${suffix}-${i}`, headers });
    await body.dump();
    await client.close();
  }
}

t.test('each worker sends what it has seen, and the metrics are those of all', async (t) => {
  await askAll('first');
  const requests = await collector.until((all) => {
    const found = all.filter(({ name, traceId }) => traceId === TRACE && name === 'GET /api/handles/*');
    return found.length === 4 && found;
  });
  t.equal(new Set(requests.map(({ pid }) => pid)).size, 2);
  t.notOk(requests.some(({ pid }) => pid === node.pid));
  const sent = () => collector.spans.length;
  await until(async () => (await readMetrics(node))('kapok_spans_total{event="exported"}') === sent(), 60_000);
});

t.test('at SIGTERM what waits is sent', async (t) => {
  await askAll('last');
  process.kill(node.pid, 'SIGTERM');
  const last = await collector.until((all) => {
    const found = all.filter(({ facts }) => String(facts['kapok.identifier']).startsWith('88.107/last-'));
    return found.length === 4 && found;
  });
  t.equal(new Set(last.map(({ pid }) => pid)).size, 2);
});
