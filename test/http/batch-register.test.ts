import t from 'tap';
import { callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const state = openState(t, url);
const batch = (body: object) => node.call('POST', '/api/v1/batch', { body });
const name = (data: string) => [{ index: 1, type: 'NAME', data }];

t.test('each item of a batch has an outcome of its own, in order', async (t) => {
  const items = [
    { identifier: '88.107/a', values: name('a') },
    { identifier: '88.107/A', values: name('again') },
    { identifier: '88.999/b', values: [] },
    { identifier: '88.107/c', values: [{ index: 0 }] },
    { identifier: 'd' },
    { identifier: '88.107/e' },
  ];
  const { status, json } = await batch({ items });
  t.equal(status, 200);
  t.match(json.results, [
    { identifier: '88.107/a', outcome: 'created', version: 1 },
    { identifier: '88.107/A', outcome: 'failed', responseCode: 101, code: 'ALREADY_EXISTS' },
    { identifier: '88.999/b', outcome: 'failed', code: 'NOT_RESPONSIBLE' },
    { identifier: '88.107/c', outcome: 'failed', code: 'INVALID_VALUE', message: /values\[0\]\.index/ },
    { identifier: 'd', outcome: 'failed', code: 'INVALID_IDENTIFIER' },
    { identifier: '88.107/e', outcome: 'created' },
  ]);
  t.equal(json.results.length, items.length);
  t.equal((await node.get('/api/handles/88.107/a')).json.values[0].data.value, 'a');
  const again = await batch({ items: [{ identifier: '88.107/a', values: name('b') }], overwrite: true });
  t.match(again.json.results, [{ outcome: 'replaced', version: 2 }]);
  t.equal((await node.get('/api/handles/88.107/a')).json.values[0].data.value, 'b', 'no cache holds the old one');
});

t.test('2,000 items go in, 2,001 are refused whole', async (t) => {
  const items = Array.from({ length: 2001 }, (_, i) => ({ identifier: `88.107/n${i}`, values: name(`${i}`) }));
  const before = await state.read();
  t.match(await batch({ items }), { status: 400, json: { at: 'items' } });
  t.strictSame(await state.read(), before);
  const { json } = await batch({ items: items.slice(1) });
  t.ok(json.results.every(({ outcome }: { outcome: string }) => outcome === 'created'));
  t.equal(json.results.length, 2000);
});

t.test('a batch needs a token, and one for each prefix', async (t) => {
  const body = { items: [{ identifier: '88.107/x' }] };
  t.match(await node.call('POST', '/api/v1/batch', { body, token: null }), { status: 401 });
  const { json } = await node.call('POST', '/api/v1/tokens', { body: { scope: '88.107.5', label: 'another prefix' } });
  const refused = await callUrl('POST', `${node.url}/api/v1/batch`, { body, token: json.token });
  t.match(refused.json.results, [{ outcome: 'failed', code: 'FORBIDDEN' }]);
  t.equal((await node.get('/api/handles/88.107/x')).status, 404);
});
