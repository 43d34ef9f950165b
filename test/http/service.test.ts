import t from 'tap';
import type { Answer } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.105', DATABASE_URL: await databases.create() });
const body = [{ index: 1, type: 'URL', data: 'http://a/' }];
await node.call('PUT', '/api/handles/88.105/A', { body });

t.test('says that it lives, and that it is ready', async (t) => {
  t.match(await node.get('/health/live'), { status: 200, json: { status: 'live' } });
  let ready = await node.get('/health/ready');
  // On a machine that is busy elsewhere the change feed may just then be read late; the node says so, and catches up.
  for (let i = 0; i < 500 && ready.status === 503; i++) {
    t.strictSame(ready.json, { status: 'not ready', reasons: ['the change feed lags'], degraded: [] });
    ready = await node.get('/health/ready');
  }
  t.match(ready, { status: 200, json: { status: 'ready', reasons: [], degraded: [] } });
});

t.test('is not ready without its database, and says why', async (t) => {
  const url = new URL(await databases.createEmpty());
  const name = url.pathname.slice(1);
  const alone = await startTestNode(t, { KAPOK_PREFIX: '88.106', DATABASE_URL: url.href });
  const { default: pg } = await import('pg');
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`drop database ${name} with (force)`);
  await client.end();
  const { status, json } = await alone.get('/health/ready');
  t.match(
    { status, json },
    { status: 503, json: { status: 'not ready', reasons: ['the database cannot be reached'] } },
  );
  t.equal((await alone.get('/health/live')).status, 200);
});

t.test('counts what it does in the text that Prometheus reads', async (t) => {
  const read = async () => {
    const { status, headers, text } = await node.get('/metrics');
    t.equal(status, 200);
    t.match(headers['content-type'], /^text\/plain; .*version=/);
    return (name: string) => Number(new RegExp(`^${name.replace(/[{}*]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const before = await read();
  for (let i = 0; i < 5; i++) await node.get('/api/handles/88.105/A');
  const after = await read();
  const counted = (event: string) => {
    const name = `kapok_resolutions_total{event="${event}"}`;
    return after(name) - before(name);
  };
  t.equal(counted('hit') + counted('miss'), 5);
  t.ok(counted('miss') >= 1, 'the first is a miss');
  t.ok(counted('hit') >= 1);
  t.equal(after('kapok_memory_cache_entries'), 1);
  t.ok(after('kapok_memory_cache_bytes') > 0);
  t.equal(after('kapok_prefixes'), 1);
  t.equal(after('kapok_feed_cursor'), 2, 'its own prefix and one record');
  t.ok(after('kapok_http_request_seconds_count{route="/api/handles/*",status="201"}') >= 1);
  t.ok(after('process_cpu_seconds_total') > 0);
});

t.test('an answer that the caller has already is not sent again', async (t) => {
  const first = await node.get('/api/handles/88.105/A');
  const etag = String(first.headers.etag);
  t.equal(etag, '"1"');
  for (const tag of [etag, `W/${etag}`, `"0", ${etag}`, '*']) {
    const { status, text, headers } = await node.get('/api/handles/88.105/A', { 'if-none-match': tag });
    t.match({ status, text }, { status: 304, text: '' }, tag);
    t.equal(headers.etag, etag);
  }
  for (const tag of ['"2"', '1', '', '"11"']) {
    t.equal((await node.get('/api/handles/88.105/A', { 'if-none-match': tag })).status, 200, tag);
  }
  const { headers } = await node.call('PUT', '/api/handles/88.105/A', { body });
  t.equal(headers.etag, '"2"');
  t.equal((await node.get('/api/handles/88.105/A', { 'if-none-match': etag })).status, 200, 'it has changed');
  t.equal((await node.get('/api/handles/88.105/a', { 'if-none-match': '"2"' })).status, 304);
});

t.test('every endpoint tells its methods', async (t) => {
  for (const [path, allow] of [
    ['/api/handles/88.105/A', 'DELETE, GET, HEAD, OPTIONS, PUT'],
    ['/api/resolve', 'OPTIONS, POST'],
    ['/api/v1/prefixes', 'GET, HEAD, OPTIONS, POST'],
    ['/api/v1/prefixes/88.105.1', 'GET, HEAD, OPTIONS, PATCH, PUT'],
    ['/api/v1/imports', 'GET, HEAD, OPTIONS, POST'],
    ['/api/v1/tokens/1', 'DELETE, OPTIONS'],
    ['/health/ready', 'GET, HEAD, OPTIONS'],
    ['/88.105/A', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const { status, headers, text } = await node.call('OPTIONS', path, { token: null });
    t.match({ status, text, allow: headers.allow }, { status: 200, text: '', allow }, path);
    t.equal(headers['access-control-allow-methods'], undefined);
  }
  t.equal((await node.call('OPTIONS', '/api/nothing')).status, 404);
});

t.test('a page of another origin may ask, with a token of its own', async (t) => {
  const headers = { origin: 'https://console.example', 'access-control-request-method': 'PUT' };
  const preflight = await node.call('OPTIONS', '/api/handles/88.105/A', { token: null, headers });
  t.match(preflight.headers, {
    'access-control-allow-origin': 'https://console.example',
    'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PUT',
    'access-control-allow-headers': /Authorization/,
    vary: 'Origin',
  });
  t.equal(preflight.headers['access-control-allow-credentials'], undefined);
  const errors = await node.get('/api/handles/88.105/NONE', { origin: 'https://console.example' });
  t.equal(errors.headers['access-control-allow-origin'], 'https://console.example');
  t.equal((await node.get('/api/handles/88.105/A')).headers['access-control-allow-origin'], undefined);
});

t.test('what is not there is not found', async (t) => {
  for (const [method, path, code] of [
    ['GET', '/api/nothing', 'UNKNOWN_ROUTE'],
    ['GET', '/api/v1/nothing', 'UNKNOWN_ROUTE'],
    ['POST', '/88.105/A', 'UNKNOWN_ROUTE'],
    ['DELETE', '/', 'UNKNOWN_ROUTE'],
    ['PATCH', '/api/handles/88.105/A', 'UNKNOWN_METHOD'],
    ['POST', '/api/handles/88.105/A', 'UNKNOWN_METHOD'],
    ['PUT', '/api/resolve', 'UNKNOWN_METHOD'],
  ] as const) {
    const { status, json } = await node.call(method, path);
    const expected = code === 'UNKNOWN_ROUTE' ? 404 : 501;
    t.match({ status, json }, { status: expected, json: { responseCode: 4, code } }, `${method} ${path}`);
    t.match(json.detail ?? json.message, method);
  }
});

t.test('an address that asks too much is told to wait, whatever it asks', async (t) => {
  const settings = { KAPOK_PREFIX: '88.107', KAPOK_RATE_LIMIT: '5', DATABASE_URL: await databases.create() };
  const limited = await startTestNode(t, settings);
  await limited.call('PUT', '/api/handles/88.107/A', { body });
  const burst = (ask: () => Promise<Answer>) => Promise.all(Array.from({ length: 100 }, ask));
  const asked = await burst(() => limited.get('/api/handles/88.107/A'));
  const refused = asked.filter(({ status }) => status === 429);
  t.ok(refused.length > 0, `${refused.length} refused`);
  t.ok(asked.filter(({ status }) => status === 200).length >= 5, 'as many as the limit says are answered');
  for (const { headers, json } of refused) {
    t.equal(headers['retry-after'], '1');
    t.match(json, { responseCode: 3, code: 'RATE_LIMITED' });
  }
  const redirects = await burst(() => limited.get('/88.107/A'));
  t.ok(
    redirects.some(({ status }) => status === 429),
    'redirects stand under the same limit',
  );
  const batch = { body: { identifiers: Array(50).fill('88.107/A') } };
  const batches = await burst(() => limited.call('POST', '/api/resolve', batch));
  t.ok(
    batches.some(({ status }) => status === 429),
    'and so do batches',
  );
  t.equal((await limited.get('/health/live')).status, 200, 'health does not');
  t.equal((await limited.call('PUT', '/api/handles/88.107/B', { body })).status, 201, 'nor does writing');
  t.match((await limited.get('/metrics')).text, /kapok_resolutions_total\{event="limited"\} [1-9]/);
});
