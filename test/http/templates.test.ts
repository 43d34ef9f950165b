import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const state = openState(t, url);

const items = [
  { index: 2000, type: 'NAME', kind: 'text', required: true, maxLength: 20 },
  { index: 2001, type: 'POWER', kind: 'number', minimum: 0 },
];
const publish = (body: object, token?: string | null) =>
  node.call('POST', '/api/v1/templates', { body, ...(token === undefined ? {} : { token }) });
const register = (body: object) => node.call('POST', '/api/v1/identifiers', { body });

/** Imports rows; what became of each, and the last line. */
async function importLines(rows: readonly object[]) {
  const body = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
  return (await importFile(node, body)).lines;
}

t.test('a template is published, and read by everybody', async (t) => {
  const made = await publish({ template: '88.107/pump', title: '泵', items });
  t.match(made, { status: 201, json: { template: '88.107/pump', version: 1, title: '泵', items } });
  t.match(
    await publish({ template: '88.107/pump', title: '泵', items }),
    { status: 200, json: { version: 1 } },
    'the same is no version',
  );
  const next = [...items, { index: 2002, type: 'URL', kind: 'url' }];
  t.match(await publish({ template: '88.107/pump', title: '泵', items: next }), { status: 201, json: { version: 2 } });
  t.match(await node.get('/api/v1/templates/88.107/pump'), { json: { version: 2, items: next } });
  t.match(await node.get('/api/v1/templates/88.107/pump?version=1'), { json: { version: 1, items } });
  t.match(await node.get('/api/v1/templates?prefix=88.107'), {
    json: { templates: [{ template: '88.107/pump', version: 2 }] },
  });
  const schema = await node.get('/api/v1/schemas/88.107/pump?version=1');
  t.match(schema.headers['content-type'], /^application\/schema\+json/);
  t.match(schema.json, { required: ['NAME'], properties: { NAME: { maxLength: 20 } } });
  for (const path of ['templates/88.107/valve', 'templates/88.107/pump?version=9', 'schemas/88.107/valve']) {
    t.match(await node.get(`/api/v1/${path}`), { status: 404, json: { code: 'TEMPLATE_NOT_FOUND' } }, path);
  }
});

t.test('twenty publish at once, and no version is lost or doubled', async (t) => {
  const bodies = Array.from({ length: 20 }, (_, i) => ({ template: '88.107/race', title: `title ${i}`, items }));
  const answers = await Promise.all(bodies.map((body) => publish(body)));
  const versions = answers.filter(({ status }) => status === 201).map(({ json }) => json.version);
  t.strictSame(
    versions.sort((a, b) => a - b),
    versions.map((_, i) => i + 1),
  );
  t.ok(answers.every(({ status }) => status === 201 || status === 412));
});

t.test('what cannot be published is refused with its place', async (t) => {
  const cases: [object, number, object][] = [
    [{ template: '88.107/pump', items: [items[0]] }, 400, { at: 'items', detail: /must still hold POWER/ }],
    [{ template: '88.107/a b', items }, 400, { at: 'template' }],
    [{ template: 'pump', items }, 400, { at: 'template' }],
    [{ template: '88.999/pump', items }, 400, { code: 'NOT_RESPONSIBLE' }],
    [{ template: '88.107/x', items: [{ ...items[0], index: 1999 }] }, 400, { detail: /index/ }],
    [{ template: '88.107/x', items: [{ ...items[0], colour: 'red' }] }, 400, { detail: /colour/ }],
    [{ template: '88.107/x', items: [{ ...items[0], kind: 'picture' }] }, 400, { detail: /kind must be one of/ }],
    [{ template: '88.107/x', items: [] }, 400, { detail: /items/ }],
  ];
  for (const [body, status, json] of cases)
    t.match(await publish(body), { status, json }, JSON.stringify(body).slice(0, 60));
  t.match(await publish({ template: '88.107/x', items }, null), { status: 401 });
});

t.test('data becomes values that name the version they follow', async (t) => {
  const made = await register({
    identifier: '88.107/P1',
    template: '88.107/pump',
    data: { NAME: '循环泵', POWER: 7.5 },
  });
  t.equal(made.status, 201);
  const { values } = (await node.get('/api/handles/88.107/P1')).json;
  t.strictSame(
    values.map(({ index, type, data }: { index: number; type: string; data: { value: string } }) => [
      index,
      type,
      data.value,
    ]),
    [
      [1000, 'TEMPLATE_ID', '88.107/pump'],
      [1001, 'TEMPLATE', '2'],
      [2000, 'NAME', '循环泵'],
      [2001, 'POWER', '7.5'],
    ],
  );
  const old = await register({
    identifier: '88.107/P2',
    template: '88.107/pump@1',
    data: { NAME: 'a' },
    values: [{ index: 1, type: 'URL', data: 'https://a/' }],
  });
  t.equal(old.status, 201);
});

t.test('every way of writing holds a record to its template; nothing is changed', async (t) => {
  const before = await state.read();
  const named = [
    { index: 1000, type: 'TEMPLATE_ID', data: '88.107/pump' },
    { index: 1001, type: 'TEMPLATE', data: '1' },
  ];
  const wrong = [...named, { index: 2000, type: 'NAME', data: 'a' }, { index: 2001, type: 'POWER', data: 'strong' }];
  const refusal = {
    status: 400,
    json: { code: 'INVALID_VALUE', at: 'POWER', detail: /POWER \(index 2001\) must be a number/ },
  };
  const handleRefusal = { status: 400, json: { code: 'INVALID_VALUE', at: 'POWER', message: refusal.json.detail } };
  t.match(await register({ identifier: '88.107/P3', values: wrong }), refusal);
  t.match(await node.call('PUT', '/api/v1/identifiers/88.107/P3', { body: { values: wrong } }), refusal);
  t.match(await node.call('PUT', '/api/handles/88.107/P3', { body: wrong }), handleRefusal);
  const one = [{ index: 2001, type: 'POWER', data: 'strong' }];
  t.match(
    await node.call('PUT', '/api/handles/88.107/P1?index=various', { body: one }),
    handleRefusal,
    'a single value, too',
  );
  t.match(
    await node.call('DELETE', '/api/handles/88.107/P1?index=2000'),
    { status: 400, json: { at: 'NAME' } },
    'a required one stays',
  );
  const cases: [object, string][] = [
    [{ template: '88.107/pump', data: { COLOUR: 'red' } }, 'data.COLOUR'],
    [{ template: '88.107/pump', data: { NAME: ['a'] } }, 'data.NAME'],
    [{ template: '88.107/pump', data: {} }, 'NAME'],
    [{ template: '88.107/valve', data: {} }, 'template'],
    [{ data: {} }, 'template'],
    [{ values: [{ ...named[0], data: '88.107/valve' }, named[1]] }, 'TEMPLATE_ID'],
    [{ values: [named[0]] }, 'TEMPLATE'],
  ];
  for (const [body, at] of cases) t.match(await register({ identifier: '88.107/P3', ...body }), { json: { at } }, at);
  t.strictSame(await state.read(), before);
});

t.test('an import fails the rows that do not follow, and stores the others', async (t) => {
  const row = (name: string, power: string, version = '1') => ({
    identifier: `88.107/${name}`,
    values: [
      { index: 1000, type: 'TEMPLATE_ID', data: '88.107/pump' },
      { index: 1001, type: 'TEMPLATE', data: version },
      { index: 2000, type: 'NAME', data: name },
      { index: 2001, type: 'POWER', data: power },
    ],
  });
  const rows = [row('I1', '1'), row('I2', 'x'), row('I3', '3'), row('I4', '4', '7'), row('I5', '5')];
  const lines = await importLines(rows);
  t.strictSame(
    lines.slice(0, 5).map(({ outcome }) => outcome),
    ['created', 'failed', 'created', 'failed', 'created'],
  );
  t.match(lines[1], { line: 2, code: 'INVALID_VALUE', message: /POWER/ });
  t.match(lines[3], { line: 4, code: 'INVALID_VALUE', message: /version 7, which is not published/ });
});

t.test('rows of an import may hold data for a template', async (t) => {
  const rows = [
    { identifier: '88.107/D1', template: '88.107/pump@1', data: { NAME: 'a' } },
    { identifier: '88.107/D2', template: '88.107/pump@1', data: { COLOUR: 'red' } },
    { identifier: '88.107/D3', data: { NAME: 'a' } },
    { identifier: '88.107/D4', template: '88.107/valve', data: {} },
    {
      identifier: '88.107/D5',
      template: '88.107/pump',
      data: { NAME: 'b' },
      values: [{ index: 1, type: 'X', data: 'y' }],
    },
  ];
  const lines = await importLines(rows);
  t.match(lines, [
    { outcome: 'created' },
    { code: 'INVALID_VALUE', message: /data\.COLOUR is no item/ },
    { code: 'INVALID_VALUE', message: /template must name/ },
    { code: 'TEMPLATE_NOT_FOUND' },
    { outcome: 'created' },
  ]);
  const { values } = (await node.get('/api/handles/88.107/D5')).json;
  t.strictSame(
    values.map(({ index }: { index: number }) => index),
    [1, 1000, 1001, 2000],
  );
});
