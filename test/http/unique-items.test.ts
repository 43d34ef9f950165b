import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url });

const TEMPLATE = '88.107/pump';
const items = [
  { index: 2000, type: 'SERIAL', kind: 'text', unique: true },
  { index: 2001, type: 'PHOTO', kind: 'file' },
];
await node.call('POST', '/api/v1/templates', { body: { template: TEMPLATE, items } });
await node.call('PUT', '/api/v1/prefixes/88.107.5', { body: {} });

const row = (identifier: string, SERIAL: string, more: object = {}) => {
  return { identifier, template: TEMPLATE, data: { SERIAL, ...more } };
};
const register = (identifier: string, serial: string, token?: string) =>
  node.call('POST', '/api/v1/identifiers', {
    body: row(identifier, serial),
    ...(token === undefined ? {} : { token }),
  });
const taken = (detail: RegExp) => ({ status: 409, json: { code: 'VALUE_NOT_UNIQUE', at: 'SERIAL', detail } });

async function importLines(rows: readonly object[]) {
  return (await importFile(node, rows.map((one) => `${JSON.stringify(one)}\n`).join(''))).lines;
}

t.test('a text that another record holds is refused by every way of writing', async (t) => {
  t.equal((await register('88.107/A', 'S1')).status, 201);
  t.match(await register('88.107/B', 'S1'), taken(/and 88\.107\/A holds this text/));
  const trial = { ...row('88.107/B', 'S1'), validateOnly: true };
  t.match(await node.call('POST', '/api/v1/identifiers', { body: trial }), taken(/88\.107\/A/));
  t.equal((await register('88.107/B', 'S2')).status, 201);
  const { identifier: _, ...content } = row('88.107/B', 'S1');
  t.match(await node.call('PUT', '/api/v1/identifiers/88.107/B', { body: content }), taken(/88\.107\/A/));
  const one = [{ index: 2000, type: 'SERIAL', data: 'S1' }];
  t.match(await node.call('PUT', '/api/handles/88.107/B?index=2000', { body: one }), {
    status: 409,
    json: { code: 'VALUE_NOT_UNIQUE', responseCode: 10021, at: 'SERIAL', message: /88\.107\/A/ },
  });
  await node.call('DELETE', '/api/v1/identifiers/88.107/A');
  t.equal((await node.call('PUT', '/api/v1/identifiers/88.107/B', { body: content })).status, 200, 'it is free now');
  t.match(await node.call('POST', '/api/v1/restore/88.107/A', { body: {} }), taken(/88\.107\/B/));
});

t.test('who may not read the other record is not told its name', async (t) => {
  await register('88.107/C', 'S3');
  const { token } = (
    await node.call('POST', '/api/v1/tokens', { body: { scope: '88.107.5', role: 'registrant', label: 'test' } })
  ).json;
  const answer = await register('88.107.5/C', 'S3', token);
  t.match(answer, taken(/and another record holds this text/));
  t.notMatch(answer.text, /88\.107\/C/);
});

t.test('of twenty requests with one text one wins', async (t) => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => register(`88.107/race-${i}`, 'RACE')));
  t.strictSame(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: 19 }, () => 409)]);
});

t.test('imports and batches are held to it, row by row', async (t) => {
  const rows = [row('88.107/I1', 'I1'), row('88.107/I2', 'I1'), row('88.107/I3', 'S3'), row('88.107/I4', 'I4')];
  const expected = [
    { outcome: 'created' },
    { outcome: 'failed', code: 'VALUE_NOT_UNIQUE', message: /SERIAL/ },
    { outcome: 'failed', code: 'VALUE_NOT_UNIQUE' },
    { outcome: 'created' },
  ];
  t.match(await importLines(rows), expected);
  const items = rows.map((one) => ({ ...one, identifier: one.identifier.replace('I', 'J') }));
  const batch = await node.call('POST', '/api/v1/batch', { body: { items } });
  t.match(
    batch.json.results,
    Array.from(items, () => ({ outcome: 'failed', code: 'VALUE_NOT_UNIQUE' })),
  );
  // A row of no template takes the place of a record that holds a text: the text is free for the next.
  const plain = { identifier: '88.107/I4', values: [{ index: 1, type: 'NAME', data: 'x' }] };
  t.match(await importLines([plain]), [{ outcome: 'replaced' }]);
  t.equal((await register('88.107/I5', 'I4')).status, 201);
});

t.test('imports and batches ask whether files are there', async (t) => {
  const headers = { 'content-type': 'text/plain' };
  const { file } = (await node.call('POST', '/api/v1/files?prefix=88.107&name=a', { body: 'photo', headers })).json;
  const unknown = `sha256:${'0'.repeat(64)}`;
  const rows = [row('88.107/F1', 'F1', { PHOTO: file }), row('88.107/F2', 'F2', { PHOTO: unknown })];
  const refused = { outcome: 'failed', code: 'INVALID_VALUE', message: /PHOTO .* was not uploaded/ };
  t.match(await importLines(rows), [{ outcome: 'created' }, refused]);
  const batch = await node.call('POST', '/api/v1/batch', { body: { items: rows, overwrite: true } });
  t.match(batch.json.results, [{ outcome: 'replaced' }, refused]);
});
