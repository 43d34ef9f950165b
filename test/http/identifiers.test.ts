import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const settings = { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url };
const [node, other] = [await startTestNode(t, settings), await startTestNode(t, settings)];
const state = openState(t, url);

const V1 = '/api/v1/identifiers';
const named = (name: string, index = 1) => ({ index, type: 'NAME', data: name });
const secret = { index: 9, type: 'COST', data: '12.50', permissions: '1100' };
const register = (body: object, headers = {}) => node.call('POST', V1, { body, headers });
const put = (path: string, values: unknown[], headers = {}) =>
  node.call('PUT', `${V1}/${path}`, { body: { values }, headers });
const text = (values: { data: { value: unknown } }[]) => values.map((value) => value.data.value);

function refusing(name: string, run: (t: Test) => Promise<void>): void {
  t.test(`${name}; nothing is changed`, async (t) => {
    const before = await state.read();
    await run(t);
    t.strictSame(await state.read(), before, 'rows, versions and the feed');
  });
}

t.test('an identifier is registered under a name of its own', async (t) => {
  const answer = await register({ identifier: '88.107/泵 1/a', values: [named('循环泵'), secret] });
  t.equal(answer.status, 201);
  t.strictSame(answer.json, { identifier: '88.107/泵 1/a', version: 1, status: 'active' });
  t.equal(answer.headers.etag, '"1"');
  const { location = '' } = answer.headers;
  t.equal(location, `${V1}/88.107/%E6%B3%B5%201/a`);
  const seen = await node.get(String(location));
  t.match(seen.json, { identifier: '88.107/泵 1/a', version: 1, status: 'active', writtenAt: /^\d{4}-.*Z$/ });
  t.strictSame(text(seen.json.values), ['循环泵'], 'the private value is for who covers the prefix');
  t.strictSame(text((await node.call('GET', String(location))).json.values), ['循环泵', '12.50']);
  t.strictSame(text((await node.get('/api/handles/88.107/%E6%B3%B5%201/A')).json.values), ['循环泵'], 'it resolves');
});

t.test('suffixes are minted', async (t) => {
  const minted = await register({ prefix: '88.107', values: [] });
  t.match(minted.json.identifier, /^88\.107\/[0-9a-f]{8}-[0-9a-f]{4}-7/);
  const pattern = 'SN{counter:4}';
  await register({ identifier: '88.107/sn0002', values: [] });
  const serials = await Promise.all(
    Array.from({ length: 10 }, () => register({ prefix: '88.107', pattern, values: [] })),
  );
  const names = serials.map(({ json }) => json.identifier).sort();
  t.strictSame(names.at(0), '88.107/SN0001');
  t.equal(new Set(names).size, 10);
  t.strictSame(names.at(-1), '88.107/SN0011', 'ten numbers, and the one that was taken by hand is passed over');
});

refusing('validateOnly says what would happen', async (t) => {
  const pattern = 'SN{counter:4}';
  const rehearsed = await register({ prefix: '88.107', pattern, values: [named('x')], validateOnly: true });
  t.strictSame([rehearsed.status, rehearsed.json], [200, { valid: true, identifier: '88.107/SN0012' }]);
  const taken = await register({ identifier: '88.107/SN0001', values: [], validateOnly: true });
  t.match(taken, { status: 409, json: { code: 'ALREADY_EXISTS' } });
  const bad = await register({ identifier: '88.107/new', values: [{ index: 0 }], validateOnly: true });
  t.match(bad, { status: 400, json: { code: 'INVALID_VALUE', at: 'values[0].index' } });
});

refusing('what cannot be registered is refused with its place', async (t) => {
  const cases: [object, number, object][] = [
    [{ identifier: '88.107/sn0001', values: [] }, 409, { code: 'ALREADY_EXISTS' }],
    [{ values: [] }, 400, { at: 'identifier', detail: /is missing/ }],
    [{ identifier: '88.107/a', prefix: '88.107', values: [] }, 400, { at: 'identifier', detail: /excludes/ }],
    [{ identifier: 'a', values: [] }, 400, { code: 'INVALID_IDENTIFIER' }],
    [{ identifier: `88.107/${'a'.repeat(300)}`, values: [] }, 400, { detail: /at most 255/ }],
    [{ prefix: '88..107', values: [] }, 400, { code: 'INVALID_PREFIX' }],
    [{ prefix: '88.107', pattern: 'SN', values: [] }, 400, { at: 'pattern' }],
    [{ identifier: '88.999/a', values: [] }, 400, { code: 'NOT_RESPONSIBLE' }],
    [{ identifier: '88.107/a' }, 400, { detail: /values/ }],
    [{ identifier: '88.107/a', values: [], colour: 'red' }, 400, { detail: /colour/ }],
  ];
  for (const [body, status, json] of cases)
    t.match(await register(body), { status, json }, JSON.stringify(body).slice(0, 60));
  const guest = await node.call('POST', V1, { body: { identifier: '88.107/a', values: [] }, token: null });
  t.match(guest, { status: 401, json: { code: 'UNAUTHENTICATED' } });
});

t.test('a version is replaced only by who has seen it', async (t) => {
  await put('88.107/m', [named('1')], { 'if-none-match': '*' });
  const stale = await put('88.107/m', [named('2')], { 'if-match': '"7"' });
  t.match(stale, { status: 412, json: { code: 'VERSION_MISMATCH', detail: 'The record has version 1 now' } });
  t.match(await put('88.107/m', [named('2')], { 'if-match': 'W/"1"' }), { status: 412 }, 'a weak tag matches nothing');
  t.match(await put('88.107/m', [named('2')], { 'if-match': '"5", "1"' }), { status: 200, json: { version: 2 } });
  t.match(await put('88.107/m', [], { 'if-none-match': '*' }), { status: 412 });
  t.match(await put('88.107/none', [], { 'if-match': '*' }), { status: 412, json: { detail: /not registered/ } });
  for (const tag of ['1', '"1', '"1" "2"', ''])
    t.match(await put('88.107/m', [], { 'if-match': tag }), { status: 400 }, tag);
  t.equal((await node.get('/api/handles/88.107/m')).json.values[0].data.value, '2');
});

t.test('of twenty writers with the same If-Match one wins', async (t) => {
  await put('88.107/race', [named('start')]);
  const nodes = [node, other];
  const writes = Array.from({ length: 20 }, (_, i) =>
    (nodes[i % 2] as typeof node).call('PUT', `${V1}/88.107/race`, {
      body: { values: [named(`writer ${i}`)] },
      headers: { 'if-match': '"1"' },
    }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status).sort();
  t.strictSame(statuses, [200, ...Array.from({ length: 19 }, () => 412)]);
  t.equal((await node.get(`${V1}/88.107/race`)).json.version, 2);
});

t.test('the same idempotency key from two processes makes one record and two equal answers', async (t) => {
  const before = await state.read();
  const headers = { 'idempotency-key': 'order-4711' };
  const body = { prefix: '88.107', pattern: 'K{counter}', values: [named('once')] };
  const asked = [node, other, node, other].map((one) => one.call('POST', V1, { body, headers }));
  const answers = await Promise.all(asked);
  for (const answer of answers) t.strictSame([answer.status, answer.text], [201, answers[0]?.text]);
  t.equal((await state.read()).identifiers, (before.identifiers ?? 0) + 1);
  const another = await register({ ...body, values: [] }, headers);
  t.match(another, { status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  t.match(await register(body, { 'idempotency-key': 'a b' }), { status: 400, json: { at: 'Idempotency-Key' } });
});

t.test('a request that was refused may be repeated with its key', async (t) => {
  const headers = { 'idempotency-key': 'refused-first', 'if-match': '"1"' };
  t.equal((await put('88.107/later', [], headers)).status, 412);
  await put('88.107/later', []);
  t.equal(
    (await put('88.107/later', [named('now')], { ...headers })).status,
    200,
    'another body: the refusal kept nothing',
  );
  t.equal(
    (await put('88.107/later', [named('now')], { ...headers })).status,
    200,
    'and again, for the answer was kept',
  );
  t.equal((await node.get(`${V1}/88.107/later`)).json.version, 2);
});

t.test('a record is withdrawn with a successor, and restored', async (t) => {
  await put('88.107/old', [named('a')]);
  await put('88.107/old', [named('b')]);
  const gone = await node.call('DELETE', `${V1}/88.107/old?successor=88.107/m`, { headers: { 'if-match': '"2"' } });
  t.match(gone, { status: 200, json: { version: 3, status: 'tombstone', successor: '88.107/m' } });
  t.match(await node.get('/api/handles/88.107/old'), { status: 410, json: { successor: '88.107/m' } });
  t.match(await node.get(`${V1}/88.107/old`), {
    status: 200,
    json: { status: 'tombstone', values: [], successor: '88.107/m' },
  });
  t.match(await node.call('DELETE', `${V1}/88.107/old`), { status: 404 });
  const twice = await node.call('DELETE', `${V1}/88.107/old`, { headers: { 'if-match': '"2"' } });
  t.match(twice, { status: 404 }, 'whatever the precondition says');
  const restored = await node.call('POST', '/api/v1/restore/88.107/old');
  t.match(restored, { status: 201, json: { version: 4, status: 'active' } });
  t.equal((await node.get('/api/handles/88.107/old')).json.values[0].data.value, 'b');
  t.match(await node.call('POST', '/api/v1/restore/88.107/old'), { status: 409 }, 'there is no tombstone now');
  t.match(await node.call('POST', '/api/v1/restore/88.107/old', { body: { version: 1 } }), { json: { version: 5 } });
  t.equal((await node.get('/api/handles/88.107/old')).json.values[0].data.value, 'a');
  for (const version of [3, 99]) {
    const answer = await node.call('POST', '/api/v1/restore/88.107/old', { body: { version } });
    t.match(answer, { status: 404, json: { code: 'VERSION_NOT_FOUND' } });
  }
  t.match(await node.call('POST', '/api/v1/restore/88.107/never'), { status: 404, json: { code: 'NOT_FOUND' } });
});

t.test('history tells who wrote what and when', async (t) => {
  const moments: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    await put('88.107/h', [named(name)]);
    moments.push(new Date().toISOString());
    await sleep(5);
  }
  const { json } = await node.call('GET', '/api/v1/history/88.107/H');
  t.strictSame(
    json.versions.map((entry: { version: number }) => entry.version),
    [3, 2, 1],
  );
  t.match(json.versions[0], { status: 'active', actor: /^[0-9a-f-]{36}$/, writtenAt: /Z$/ });
  const page = await node.call('GET', '/api/v1/history/88.107/h?limit=2');
  t.equal(page.json.before, 2);
  const rest = await node.call('GET', `/api/v1/history/88.107/h?limit=2&before=${page.json.before}`);
  t.strictSame(rest.json.versions.length, 1);
  t.notHas(rest.json, 'before', 'there is no further page');
  const read = async (query: string) => (await node.call('GET', `${V1}/88.107/h?${query}`)).json.values[0].data.value;
  t.equal(await read('version=1'), 'first');
  t.equal(await read(`at=${moments[1]}`), 'second');
  t.equal(await read(`at=${encodeURIComponent(moments[2]?.replace('Z', '+00:00') ?? '')}`), 'third');
  const past = await node.call('GET', `${V1}/88.107/h?at=2020-01-01T00:00:00Z`);
  t.match(past, { status: 404, json: { code: 'VERSION_NOT_FOUND' } });
  for (const query of ['at=yesterday', 'at=2026-11-23', 'version=0', 'version=x', `version=1&at=${moments[0]}`]) {
    t.match(await node.call('GET', `${V1}/88.107/h?${query}`), { status: 400 }, query);
  }
});

t.test('what stood before is only for who covers the prefix', async (t) => {
  const narrow = await node.call('POST', '/api/v1/tokens', { body: { scope: '88.107.5', label: 'another prefix' } });
  for (const path of [
    `${V1}/88.107/h?version=1`,
    `${V1}/88.107/h?at=2026-11-23T00:00:00Z`,
    '/api/v1/history/88.107/h',
  ]) {
    t.match(await node.get(path), { status: 401 }, path);
    t.match(await callUrl('GET', `${node.url}${path}`, { token: narrow.json.token }), { status: 403 }, path);
  }
  const seen = await callUrl('GET', `${node.url}${V1}/88.107/%E6%B3%B5%201/a`, { token: narrow.json.token });
  t.strictSame(text(seen.json.values), ['循环泵'], 'a foreign token reads what everybody reads');
});

t.test('a version stands from the very moment that it names', async (t) => {
  await put('88.107/moment', [named('1')]);
  await put('88.107/moment', [named('2')]);
  const { writtenAt, version } = (await node.get(`${V1}/88.107/moment`)).json;
  t.equal((await node.call('GET', `${V1}/88.107/moment?at=${writtenAt}`)).json.version, version);
  const since = await node.call('GET', `${V1}?prefix=88.107&suffix=moment&since=${writtenAt}`);
  t.match(since.json.identifiers, [{ version, updatedAt: writtenAt }]);
  t.strictSame((await node.call('GET', `${V1}?prefix=88.107&suffix=moment&until=${writtenAt}`)).json.identifiers, []);
});

t.test('an import’s version is later than the one before it', async (t) => {
  await put('88.107/imported', [named('1')]);
  const body = JSON.stringify({ identifier: '88.107/imported', values: [named('2')] });
  await importFile(node, body);
  const { versions } = (await node.call('GET', '/api/v1/history/88.107/imported')).json;
  t.ok(versions[0].writtenAt > versions[1].writtenAt);
});

t.test('a counter passes over any number of names that were given by hand', async (t) => {
  const items = Array.from({ length: 150 }, (_, i) => ({ identifier: `88.107/taken${i + 1}` }));
  await node.call('POST', '/api/v1/batch', { body: { items } });
  const minted = await register({ prefix: '88.107', pattern: 'taken{counter}', values: [] });
  t.match(minted, { status: 201, json: { identifier: '88.107/taken151' } });
});

t.test('an idempotency key is taken anew after a day', async (t) => {
  const headers = { 'idempotency-key': 'yesterday' };
  await register({ identifier: '88.107/day1', values: [] }, headers);
  await state.query("update idempotency_keys set created_at = now() - interval '25 hours'");
  t.match(await register({ identifier: '88.107/day2', values: [] }, headers), { status: 201 });
  const [left] = await state.query(
    "select count(*) as keys from idempotency_keys where created_at < now() - interval '24 hours'",
  );
  t.strictSame(left, { keys: 0 }, 'those of yesterday are gone');
});

refusing('control characters are refused, wherever they come', async (t) => {
  t.match(await register({ prefix: '88.107', pattern: '\u0000{counter}', values: [] }), {
    status: 400,
    json: { at: 'pattern' },
  });
  t.match(await node.call('GET', `${V1}?prefix=88.107&suffix=%00`), { status: 400, json: { at: 'suffix' } });
});
