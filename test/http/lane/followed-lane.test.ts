import t, { type Test } from 'tap';
import { startDatabases } from '../../support/database.ts';
import { startTestNode, type TestNode } from '../../support/node.ts';
import { startCollector } from '../../telemetry/traces/collector.ts';
import { connectTo } from './client.ts';

const databases = await startDatabases(t);
const TRACE = 'a'.repeat(32);
const CALLER = 'b'.repeat(16);
const HANDLES = '/api/handles/88.101.7';

async function start(t: Test, sample: number) {
  const collector = await startCollector(t);
  const node = await startTestNode(t, {
    ...{ KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: '88.101.7', DATABASE_URL: await databases.create() },
    ...{ KAPOK_TRACES: collector.url, KAPOK_TRACE_SAMPLE: String(sample) },
  });
  await node.call('PUT', `${HANDLES}/a`, { body: [{ index: 1, type: 'NAME', data: 'x' }], headers: parent('00') });
  return { node, collector };
}

const parent = (flags: string) => ({ traceparent: `00-${TRACE}-${CALLER}-${flags}` });

/** Over a connection of its own, which node:http has not read. */
async function ask(t: Test, node: TestNode, target: string, ...lines: string[]) {
  const client = await connectTo(t, new URL(node.url).port);
  return Number((await client.ask(target, ...lines)).head.split(' ')[1]);
}

t.test('a plain request that chance chooses is one span', async (t) => {
  const { node, collector } = await start(t, 1);
  t.strictSame([await ask(t, node, `${HANDLES}/a`), await ask(t, node, `${HANDLES}/none`)], [200, 404]);
  t.equal(await ask(t, node, `${HANDLES}/a`, `traceparent: ${parent('01').traceparent}`), 200);
  await collector.until((all) => all.find(({ traceId }) => traceId === TRACE));
  const requests = collector.spans.filter(({ name }) => name === 'GET /api/handles/*');
  const [first, second, told] = requests;
  t.equal(requests.length, 3);
  for (const [span, status] of [[first, 200] as const, [second, 404] as const, [told, 200] as const])
    t.strictSame(span?.facts, {
      'http.request.method': 'GET',
      'http.route': '/api/handles/*',
      'http.response.status_code': status,
    });
  t.notMatch(first?.parentSpanId, /./);
  t.equal(told?.parentSpanId, CALLER, 'what its caller says is heard');
  const below = collector.spans.filter(({ name }) => name === 'resolve').map(({ parentSpanId }) => parentSpanId);
  t.strictSame(
    below,
    requests.map(({ spanId }) => spanId),
  );
});

t.test('what is left to the framework is chosen once', async (t) => {
  const { node, collector } = await start(t, 2);
  // Without a suffix it is no identifier.
  for (let i = 0; i < 8; i++) t.equal(await ask(t, node, HANDLES), 404);
  t.equal(await ask(t, node, `${HANDLES}/a`, `traceparent: ${parent('01').traceparent}`), 200);
  await collector.until((all) => all.find(({ traceId, parentSpanId }) => traceId === TRACE && parentSpanId === CALLER));
  const chosen = collector.spans.filter(({ facts }) => facts['http.response.status_code'] === 404);
  t.equal(chosen.length, 4, 'one in two');
});
