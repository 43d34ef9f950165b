import t, { type Test } from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { readMetrics } from '../telemetry/metrics.ts';
import { KINDS, type SeenSpan, startCollector } from '../telemetry/traces/collector.ts';
import { putRecord, startTree } from './start-tree.ts';

t.setTimeout(600_000);

const CALLER = '00f067aa0ba902b7';
/** The header of a caller that is part of the trace with this number. */
const traceparent = (number: number, flags = '01') => `00-${traceOf(number)}-${CALLER}-${flags}`;
const traceOf = (number: number) => number.toString(16).padStart(32, 'a');
const VALUE = 'what-the-record-says';

/** The spans of a trace, when each of these nodes has sent the span of its request, which ends last there. */
function findTrace(spans: readonly SeenSpan[], trace: string, nodes: readonly string[]): SeenSpan[] | null {
  const found = spans.filter(({ traceId }) => traceId === trace);
  const ended = (node: string) => found.some((span) => span.node === node && span.kind === KINDS.server);
  return nodes.every(ended) ? found : null;
}

/** The one span of a node with this name. */
function get(spans: readonly SeenSpan[], node: string, name: string | RegExp, parent?: SeenSpan): SeenSpan {
  const found = spans.filter(
    (span) =>
      span.node === node &&
      (typeof name === 'string' ? span.name === name : name.test(span.name)) &&
      (parent === undefined || span.parentSpanId === parent.spanId),
  );
  if (found.length !== 1) throw new Error(`${found.length} spans ${name} of ${node}`);
  return found[0] as SeenSpan;
}

t.test('a followed resolution', async (t) => {
  const collector = await startCollector(t);
  const { top, industry, enterprise } = await startTree(t, { KAPOK_TRACES: collector.url, KAPOK_TRACE_SAMPLE: '0' });
  const ALL = ['88', '88.101', '88.101.7'];
  await putRecord(enterprise, '88.101.7/a', VALUE);
  await putRecord(industry, '88.101.5/b', VALUE);

  await t.test('is one trace through three nodes, each span below the one that caused it', async (t) => {
    const headers = { traceparent: traceparent(1), tracestate: 'shop=1' };
    t.equal((await top.get('/api/handles/88.101.7/a', headers)).status, 200);
    const spans = await collector.until((all) => findTrace(all, traceOf(1), ALL));
    t.equal(spans.length, 3 + 3 + 2 + 1, 'requests, resolutions, hops, a statement');

    const request = get(spans, '88', 'GET /api/handles/*');
    t.match(request, { parentSpanId: CALLER, kind: KINDS.server, traceState: 'shop=1' });
    t.strictSame(request.facts, {
      'http.request.method': 'GET',
      'http.route': '/api/handles/*',
      'http.response.status_code': 200,
    });
    const resolution = get(spans, '88', 'resolve', request);
    t.strictSame(resolution.facts, {
      'kapok.identifier': '88.101.7/a',
      'kapok.outcome': 'found',
      'kapok.layer': 'remote',
    });

    for (const [prefix, node] of [['88.101', industry] as const, ['88.101.7', enterprise] as const]) {
      const there = get(spans, prefix, 'POST /api/resolve');
      const hop = spans.find(({ spanId }) => spanId === there.parentSpanId) as SeenSpan;
      t.match(hop, { name: 'POST /api/resolve', kind: KINDS.client, node: '88', parentSpanId: resolution.spanId });
      t.strictSame(hop.facts, {
        'http.request.method': 'POST',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(node.url).port),
        'kapok.identifiers': 1,
        'kapok.result': 'answered',
      });
      t.match(there, { kind: KINDS.server, traceState: 'shop=1' });
    }
    const referring = get(spans, '88.101', 'resolve', get(spans, '88.101', 'POST /api/resolve'));
    t.match(referring.facts, { 'kapok.outcome': 'referral', 'kapok.layer': 'prefixes' });
    const answering = get(spans, '88.101.7', 'resolve', get(spans, '88.101.7', 'POST /api/resolve'));
    t.match(answering.facts, { 'kapok.outcome': 'found', 'kapok.layer': 'store' });
    const statement = get(spans, '88.101.7', 'read records', answering);
    t.match(statement, { kind: KINDS.client, facts: { 'db.system.name': 'postgresql', 'kapok.hit': true } });
    t.equal(statement.facts['db.operation.batch.size'], 1);
    for (const { startTimeUnixNano, endTimeUnixNano } of spans)
      t.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
  });

  await t.test('shows that memory answers, and gives the bytes that others get', async (t) => {
    const plain = await industry.get('/api/handles/88.101.5/b');
    const followed = await industry.get('/api/handles/88.101.5/b', { traceparent: traceparent(2) });
    t.strictSame([followed.status, followed.text], [plain.status, plain.text]);
    t.equal(followed.headers['content-type'], plain.headers['content-type']);
    const spans = await collector.until((all) => findTrace(all, traceOf(2), ['88.101']));
    t.match(get(spans, '88.101', 'resolve').facts, { 'kapok.outcome': 'found', 'kapok.layer': 'memory' });
    t.equal(spans.length, 2);
  });

  await t.test('is followed only when its caller says so', async (t) => {
    for (const flags of ['00', '02'])
      await top.get(`/api/handles/88.101.7/unfollowed${flags}`, { traceparent: traceparent(3, flags) });
    await top.get('/api/handles/88.101.7/silent');
    await top.get('/api/handles/88.101.7/followed', { traceparent: traceparent(4) });
    await collector.until((all) => findTrace(all, traceOf(4), ALL.slice(0, 1)));
    await collector.until((all) => findTrace(all, traceOf(4), ALL.slice(2)));
    const known = [traceOf(1), traceOf(2), traceOf(4)];
    const others = collector.spans.filter(({ traceId }) => !known.includes(traceId));
    t.strictSame(others, [], 'each node sends in order: what had come before is there');
  });

  await t.test('a header that is none is as if it were not there', async (t) => {
    const before = collector.spans.length;
    const malformed = [
      ...['', 'x', '00', traceparent(5).slice(0, -1), `${traceparent(5)}-00`, traceparent(5).toUpperCase()],
      ...[
        traceparent(5).replace(/^00/, 'ff'),
        `00-${'0'.repeat(32)}-${CALLER}-01`,
        `00-${traceOf(5)}-${'0'.repeat(16)}-01`,
      ],
    ];
    for (const header of malformed)
      t.equal((await top.get('/api/handles/88.101.7/a', { traceparent: header })).status, 200, header);
    await top.get('/api/handles/88.101.7/a', { traceparent: traceparent(6) });
    await collector.until((all) => findTrace(all, traceOf(6), ['88']));
    t.ok(collector.spans.slice(before).every(({ traceId }) => traceId === traceOf(6)));
  });

  await t.test('a batch travels as a batch, and shows a hundred pieces at most', async (t) => {
    const identifiers = Array.from({ length: 250 }, (_, i) => `88.101.5/batch-${i}`);
    const { json } = await top.call('POST', '/api/resolve', {
      body: { identifiers },
      headers: { traceparent: traceparent(7) },
    });
    t.equal(json.answers.length, 250);
    const spans = await collector.until((all) => {
      const found = all.filter(({ traceId }) => traceId === traceOf(7));
      return found.filter(({ node, kind }) => node === '88.101' && kind === KINDS.server).length === 3 && found;
    });
    const here = await collector.until((all) => findTrace(all, traceOf(7), ['88']));
    t.equal(here.filter(({ node }) => node === '88').length, 1 + 100);
    const parents = new Set(here.map(({ spanId }) => spanId));
    const there = spans.filter(({ node, kind }) => node === '88.101' && kind === KINDS.server);
    t.ok(there.every(({ parentSpanId }) => parents.has(parentSpanId as string)));
  });

  await t.test('a failure is told by its code alone', async (t) => {
    await enterprise.close();
    const headers = { traceparent: traceparent(8) };
    t.equal((await top.get('/api/handles/88.101.7/away?auth=true', headers)).status, 502);
    const spans = await collector.until((all) => findTrace(all, traceOf(8), ['88']));
    const request = get(spans, '88', 'GET /api/handles/*');
    t.match(request, { status: { code: 2 }, facts: { 'http.response.status_code': 502, 'error.type': '502' } });
    t.match(get(spans, '88', 'resolve', request), {
      status: { code: 2 },
      facts: { 'kapok.outcome': 'failed', 'kapok.layer': 'remote', 'error.type': 'UPSTREAM_UNREACHABLE' },
    });
    const failed = spans.filter(({ facts }) => facts['kapok.result'] === 'unreachable');
    t.ok(failed.length > 0);
    t.ok(failed.every(({ facts }) => facts['error.type'] === 'UPSTREAM_UNREACHABLE'));
  });

  t.test('never holds values or credentials', async (t) => {
    t.ok(collector.bodies.length > 0);
    for (const body of collector.bodies) for (const text of [VALUE, OPERATOR_TOKEN]) t.notOk(body.includes(text));
  });
});

t.test('where a resolution enters the tree is decided whether it is followed, for the whole way', async (t) => {
  const collector = await startCollector(t);
  const { top, enterprise } = await startTree(t, { KAPOK_TRACES: collector.url, KAPOK_TRACE_SAMPLE: '1' });
  const asked = { traceparent: traceparent(1, '00') };
  await top.get('/api/handles/88.101.7/never', asked);
  await top.get('/api/handles/88.101.7/always');
  const spans = await collector.until((all) => {
    const [there] = all.filter(
      ({ node, facts }) => node === '88.101.7' && facts['kapok.identifier'] === '88.101.7/always',
    );
    return there !== undefined && findTrace(all, there.traceId, ['88', '88.101.7']);
  });
  t.notMatch(get(spans, '88', 'GET /api/handles/*').parentSpanId, /./, 'it begins here');
  const looked = collector.spans.filter(({ name }) => name === 'resolve').map(({ facts }) => facts['kapok.identifier']);
  t.notOk(looked.includes('88.101.7/never'));
  await enterprise.get('/api/handles/88.101.7/there');
  const entered = await collector.until((all) =>
    all.find(({ facts }) => facts['kapok.identifier'] === '88.101.7/there'),
  );
  t.equal(entered.node, '88.101.7', 'who comes from outside is followed there, too');
});

const databases = await startDatabases(t);
const startOne = async (t: Test, settings: Record<string, string>) =>
  startTestNode(t, {
    ...{ KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: '88.101.7', DATABASE_URL: await databases.create() },
    ...settings,
  });

t.test('a look-up in Redis is shown', { skip: redisMissing() }, async (t) => {
  const collector = await startCollector(t);
  const redis = await startRedis(t);
  const node = await startOne(t, { KAPOK_TRACES: collector.url, REDIS_URL: redis.url });
  await node.get('/api/handles/88.101.7/a', { traceparent: traceparent(1) });
  const spans = await collector.until((all) => findTrace(all, traceOf(1), ['88.101.7']));
  const looked = get(spans, '88.101.7', 'read Redis', get(spans, '88.101.7', 'resolve'));
  t.match(looked, { kind: KINDS.client, facts: { 'db.system.name': 'redis', 'kapok.hit': false } });
});

t.test('a node that closes has sent what it has seen', async (t) => {
  const collector = await startCollector(t);
  const node = await startOne(t, { KAPOK_TRACES: collector.url });
  await node.get('/api/handles/88.101.7/a', { traceparent: traceparent(1) });
  await node.close();
  t.ok(findTrace(collector.spans, traceOf(1), ['88.101.7']));
});

t.test('a collector that is away costs no answer, and what it does not get is counted', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}/elsewhere`;
  const node = await startOne(t, { KAPOK_TRACES: url, KAPOK_TRACE_SAMPLE: '1' });
  await putRecord(node, '88.101.7/a');
  for (let i = 0; i < 50; i++) t.equal((await node.get('/api/handles/88.101.7/a')).status, 200);
  await until(async () => (await readMetrics(node))('kapok_spans_total{event="failed"}') > 0, 60_000);
  t.equal((await readMetrics(node))('kapok_spans_total{event="exported"}'), 0);
});
