import t from 'tap';
import { mod37 } from '../../src/registry/mint/check-character.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const state = openState(t, url);

const PATH = '/api/v1/computed';
const PATTERN = 'SN{plant:2}{counter:6}{mod37}';
const values = [
  { index: 1, type: 'NAME', data: '循环泵 {counter}' },
  { index: 2, type: 'URL', data: 'https://plant-{plant}.example/{suffix}', ttl: 600 },
  { index: 3, type: 'PRICE', data: 'for {identifier}', permissions: '1100' },
];
const publish = (body: object, token?: string | null) =>
  node.call('POST', PATH, { body, ...(token === undefined ? {} : { token }) });
const serial = (number: number, plant = '0A') => {
  const start = `SN${plant}${String(number).padStart(6, '0')}`;
  return `${start}${mod37(start)}`;
};
const handle = (number: number) => `/api/handles/88.107/${serial(number)}`;
const tokenFor = async (scope: string, role = 'registrant') => {
  return (await node.call('POST', '/api/v1/tokens', { body: { scope, role, label: 'test' } })).json.token as string;
};
const textsOf = (json: { values: { data: { value: string } }[] }) => json.values.map(({ data }) => data.value);

t.test('a pattern answers wherever identifiers are resolved', async (t) => {
  const made = await publish({ prefix: '88.107', pattern: PATTERN, from: 1, to: 5000, values });
  t.match(made, { status: 201, json: { pattern: PATTERN, from: 1, to: 5000, updatedAt: /Z$/ } });
  const expected = ['循环泵 000042', `https://plant-0A.example/${serial(42)}`];
  for (let i = 0; i < 3; i++) {
    const { status, json, headers } = await node.get(handle(42));
    t.equal(status, 200);
    t.strictSame(textsOf(json), expected, 'the public values');
    t.equal(headers.etag, undefined, 'it has no version');
  }
  const explained = (await node.get(`${handle(43)}?explain`)).json;
  t.match(explained, {
    explain: { outcome: 'found', source: 'computed', version: 0 },
    trace: [{ source: 'computed' }],
  });
  const identifiers = [42, 43, 5000].map((number) => `88.107/${serial(number)}`.toLowerCase());
  const batch = await node.call('POST', '/api/resolve', { body: { identifiers }, token: null });
  t.match(batch.json.answers, [{ code: 'FOUND', version: 0 }, { code: 'FOUND' }, { code: 'FOUND' }]);
  t.match(await node.get(`/88.107/${serial(44)}`), { status: 302, headers: { location: /plant-0a\.example/ } });
});

t.test('what the pattern does not make is absent', async (t) => {
  const good = serial(42);
  const wrong = `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`;
  for (const suffix of [wrong, good.slice(0, -1), `${good}0`, serial(0), serial(5001), 'SN'])
    t.match(await node.get(`/api/handles/88.107/${suffix}`), { status: 404, json: { responseCode: 100 } }, suffix);
});

t.test('private values are for who may read records of the prefix', async (t) => {
  const own = await tokenFor('88.107');
  const foreign = await tokenFor('88.107.9');
  const full = [...textsOf((await node.get(handle(42))).json), `for 88.107/${serial(42)}`];
  const get = (path: string, token: string | null) => node.call('GET', path, { token });
  const record = `/api/v1/identifiers/88.107/${serial(42)}`;
  for (const path of [handle(42), record]) {
    t.strictSame(textsOf((await get(path, own)).json), full, path);
    t.strictSame(textsOf((await get(path, foreign)).json), full.slice(0, 2));
    t.strictSame(textsOf((await get(path, null)).json), full.slice(0, 2));
  }
  t.match(await get(`${handle(42)}?publicOnly=false`, foreign), { status: 403 });
  t.match(await get(record, null), { json: { version: 0, status: 'active', computed: PATTERN } });
  t.match(await get(`${record}?version=1`, own), { status: 404, json: { code: 'VERSION_NOT_FOUND' } });
  t.match(await get(`/api/v1/history/88.107/${serial(42)}`, own), { status: 404 });
  t.strictSame(textsOf((await node.get(handle(42))).json), full.slice(0, 2), 'and nobody else has them from a cache');
});

t.test('one row of its own overrides one serial number', async (t) => {
  const body = { identifier: `88.107/${serial(77)}`, values: [{ index: 1, type: 'NAME', data: 'recalled' }] };
  const trial = await node.call('POST', '/api/v1/identifiers', { body: { ...body, validateOnly: true } });
  t.match(trial, { status: 200, json: { valid: true, overrides: PATTERN } });
  const other = { ...body, identifier: '88.107/other', validateOnly: true };
  t.notHas((await node.call('POST', '/api/v1/identifiers', { body: other })).json, 'overrides');
  t.match((await node.get(handle(77))).json, { values: [{ data: { value: '循环泵 000077' } }, {}] });
  t.match(await node.call('POST', '/api/v1/identifiers', { body }), { status: 201, json: { version: 1 } });
  t.strictSame(textsOf((await node.get(handle(77))).json), ['recalled']);
  await node.call('DELETE', `/api/v1/identifiers/88.107/${serial(77)}`);
  t.match(await node.get(handle(77)), { status: 410 });
  t.match(await node.get(handle(78)), { status: 200 });
});

t.test('the list shows them, and withdrawing ends their answers at once', async (t) => {
  await publish({ prefix: '88.107', pattern: 'T{counter:3}', values: [] });
  const query = new URLSearchParams({ prefix: '88.107' });
  t.match((await node.call('GET', `${PATH}?${query}`)).json, {
    computed: [
      { pattern: PATTERN, from: 1, to: 5000, values: [{}, {}, { type: 'PRICE' }] },
      { pattern: 'T{counter:3}', from: 0, to: 999, values: [] },
    ],
  });
  t.match(await node.get('/api/handles/88.107/t001'), { status: 200, json: { responseCode: 200 } });
  const gone = new URLSearchParams({ prefix: '88.107', pattern: 'T{counter:3}' });
  t.match(await node.call('DELETE', `${PATH}?${gone}`), { status: 200, json: { withdrawn: true } });
  t.match(await node.get('/api/handles/88.107/t001'), { status: 404 });
  t.match(await node.call('DELETE', `${PATH}?${gone}`), { status: 404, json: { code: 'COMPUTED_NOT_FOUND' } });
});

t.test('who may not, and what is wrong, is refused; nothing is changed', async (t) => {
  const before = await state.read();
  const body = { prefix: '88.107', pattern: 'X{counter}', values: [] };
  const [device, auditor, foreign] = [
    await tokenFor('88.107', 'device'),
    await tokenFor('88.107', 'auditor'),
    await tokenFor('88.107.9'),
  ];
  const { tokens } = await state.read();
  t.match(await publish(body, null), { status: 401 });
  for (const token of [device, auditor, foreign]) t.match(await publish(body, token), { status: 403 });
  const query = new URLSearchParams({ prefix: '88.107', pattern: PATTERN, from: '1' });
  t.match(await node.call('DELETE', `${PATH}?${query}`, { token: auditor }), { status: 403 });
  t.match(await node.call('GET', `${PATH}?prefix=88.107`, { token: foreign }), { status: 403 });
  t.match(await node.call('GET', `${PATH}?prefix=88.107`, { token: auditor }), { status: 200 });
  const cases: [object, object][] = [
    [{ pattern: 'X' }, { at: 'pattern' }],
    [{ pattern: 'X{counter:2}', to: 100 }, { at: 'to' }],
    [{ from: -1 }, { detail: /from/ }],
    [{ to: 1e15 }, { detail: /to/ }],
    [{ values: [{ index: 1, type: 'NAME', data: '{colour}' }] }, { code: 'INVALID_VALUE', at: 'NAME' }],
    [{ values: [{ index: 0, type: 'NAME', data: '' }] }, { code: 'INVALID_VALUE', at: 'values[0].index' }],
    [{ prefix: '88.107.404' }, { code: 'NOT_RESPONSIBLE' }],
    [{ colour: 'red' }, { detail: /colour/ }],
  ];
  for (const [more, json] of cases)
    t.match(await publish({ ...body, ...more }), { status: 400, json }, JSON.stringify(more).slice(0, 60));
  t.match(await node.call('DELETE', `${PATH}?prefix=88.107&pattern=a&from=x`), { status: 400, json: { at: 'from' } });
  t.strictSame(await state.read(), { ...before, tokens });
});
