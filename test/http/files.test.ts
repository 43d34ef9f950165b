import { createHash } from 'node:crypto';
import t from 'tap';
import { request } from 'undici';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const state = openState(t, url);
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 7)]);
const PDF = Buffer.from('%PDF-1.7\n合格证');

interface Upload {
  readonly type?: string;
  readonly token?: string | null;
  readonly query?: Record<string, string>;
}

async function upload(body: Buffer | string, { type, token = OPERATOR_TOKEN, query = {} }: Upload = {}) {
  const asked = new URLSearchParams({ prefix: '88.107', name: 'a.bin', ...query });
  const credential = token === null ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...credential, ...(type === undefined ? {} : { 'content-type': type }) };
  const answer = await request(`${node.url}/api/v1/files?${asked}`, { method: 'POST', headers, body });
  return { status: answer.statusCode, json: (await answer.body.json()) as Record<string, string> };
}

async function read(file: string | undefined, { token = null, etag }: { token?: string | null; etag?: string } = {}) {
  const path = `/api/v1/files/88.107/${file?.replace('sha256:', '')}`;
  const credential = token === null ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...credential, ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  const answer = await request(`${node.url}${path}`, { headers });
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

const tokenFor = async (scope: string, role = 'registrant') => {
  return (await node.call('POST', '/api/v1/tokens', { body: { scope, role, label: 'test' } })).json.token as string;
};

t.test('a file is named by its bytes, and given back as it was', async (t) => {
  const made = await upload(PNG, { type: 'image/png', query: { name: '照片 (1).png', public: 'true' } });
  const file = `sha256:${createHash('sha256').update(PNG).digest('hex')}`;
  t.match(made, { status: 201, json: { file, size: 108, type: 'image/png', name: '照片 (1).png', public: true } });
  const { status, headers, body } = await read(file);
  t.equal(status, 200);
  t.ok(body.equals(PNG));
  t.match(headers, {
    'content-type': 'image/png',
    'content-length': '108',
    'content-disposition': "inline; filename*=UTF-8''%E7%85%A7%E7%89%87%20%281%29.png",
    'x-content-type-options': 'nosniff',
    'content-security-policy': /default-src 'none'; sandbox/,
    etag: `"${file.slice(7)}"`,
  });
  t.match(await read(file, { etag: String(headers.etag) }), { status: 304 });
  t.match(await upload(PNG), { status: 200, json: { name: '照片 (1).png', public: true } }, 'the same bytes once more');
});

t.test('what a browser might run is saved, never shown', async (t) => {
  const page = '<html><script>alert(1)</script>';
  const { json } = await upload(page, { type: 'text/html', query: { name: 'a.html', public: 'true' } });
  t.match(json, { type: 'text/plain' });
  const { headers } = await read(json.file);
  t.match(headers, { 'content-type': 'text/plain;charset=utf-8', 'content-disposition': /^attachment/ });
});

t.test('a file that is not public is for who may read records of the prefix', async (t) => {
  const { json } = await upload(PDF, { type: 'application/pdf' });
  t.match(json, { public: false, type: 'application/pdf' });
  const unknown = 'f'.repeat(64);
  const [own, auditor, foreign, reviewer] = [
    await tokenFor('88.107'),
    await tokenFor('88.107', 'auditor'),
    await tokenFor('88.107.9'),
    await tokenFor('88.107', 'reviewer'),
  ];
  for (const token of [own, auditor]) {
    const { status, headers } = await read(json.file, { token });
    t.equal(status, 200);
    t.equal(headers['cache-control'], 'private, no-store');
    t.match(await read(unknown, { token }), { status: 404 });
  }
  // Whether there is one shows in nothing.
  for (const file of [json.file ?? '', unknown, 'no-hash']) {
    t.match(await read(file), { status: 401 }, file);
    for (const token of [foreign, reviewer]) t.match(await read(file, { token }), { status: 403 }, file);
  }
  t.match(await upload(PDF, { query: { public: 'true' } }), { status: 200, json: { public: true } });
  t.equal((await read(json.file)).status, 200);
  t.match(await upload(PDF), { json: { public: true } }, 'and stays so');
});

t.test('what cannot be kept is refused, and nothing is changed', async (t) => {
  const [device, foreign] = [await tokenFor('88.107', 'device'), await tokenFor('88.107.9')];
  const count = async () => (await state.query('select count(*) from files'))[0];
  const before = await count();
  const cases: [string, Buffer | string, Upload, number][] = [
    ['nobody', PNG, { token: null }, 401],
    ['a device', PNG, { token: device }, 403],
    ['another prefix', PNG, { token: foreign }, 403],
    ['nothing', '', {}, 400],
    ['no PDF', '<html>', { type: 'application/pdf' }, 415],
    ['no picture', 'GIF89a', { type: 'image/gif' }, 415],
    ['too much', Buffer.alloc(5 * 1024 * 1024 + 1), {}, 413],
    ['no name', PNG, { query: { name: '' } }, 400],
    ['a long name', PNG, { query: { name: 'x'.repeat(256) } }, 400],
    ['a control character', PNG, { query: { name: 'a\nb' } }, 400],
    ['no prefix', PNG, { query: { prefix: '' } }, 400],
    ['a prefix that is not hosted', PNG, { query: { prefix: '88.107.404' } }, 400],
    ['a word for a flag', PNG, { query: { public: 'yes' } }, 400],
  ];
  for (const [title, body, options, status] of cases) t.equal((await upload(body, options)).status, status, title);
  t.strictSame(await count(), before);
  t.equal((await upload(Buffer.alloc(5 * 1024 * 1024))).status, 201, 'five mebibytes are not too much');
  t.equal((await read('0'.repeat(64), { token: OPERATOR_TOKEN })).status, 404);
});

t.test('a record names files of its prefix that suit its template', async (t) => {
  const items = [
    { index: 2000, type: 'PHOTO', kind: 'file', fileTypes: ['image/png', 'image/jpeg'], maxSize: 200 },
    { index: 2001, type: 'REPORT', kind: 'file' },
  ];
  const published = await node.call('POST', '/api/v1/templates', { body: { template: '88.107/pump', items } });
  t.equal(published.status, 201);
  const schema = await node.get('/api/v1/schemas/88.107/pump');
  t.match(schema.json, { properties: { REPORT: { pattern: '^sha256:[0-9a-f]{64}$' } } });
  const { file: png } = (await upload(PNG)).json;
  const { file: large } = (await upload(Buffer.concat([PNG, Buffer.alloc(200)]))).json;
  const { file: pdf } = (await upload(PDF)).json;
  const register = (identifier: string, data: object) =>
    node.call('POST', '/api/v1/identifiers', { body: { identifier, template: '88.107/pump', data } });
  t.match(await register('88.107/P1', { PHOTO: png, REPORT: pdf }), { status: 201 });
  const unknown = `sha256:${'0'.repeat(64)}`;
  await node.call('PUT', '/api/v1/prefixes/88.107.5', { body: {} });
  const cases: [string, object, object][] = [
    ['88.107/P2', { REPORT: unknown }, { at: 'REPORT', detail: /was not uploaded under 88\.107/ }],
    ['88.107/P2', { REPORT: 'photo.png' }, { at: 'REPORT', detail: /must name a file/ }],
    [
      '88.107/P2',
      { PHOTO: pdf },
      { at: 'PHOTO', detail: /of the type application\/pdf; it must be one of image\/png/ },
    ],
    ['88.107/P2', { PHOTO: large }, { at: 'PHOTO', detail: /of 308 bytes; at most 200/ }],
    ['88.107.5/P2', { PHOTO: png }, { at: 'PHOTO', detail: /was not uploaded under 88\.107\.5/ }],
  ];
  for (const [identifier, data, json] of cases)
    t.match(await register(identifier, data), { status: 400, json: { code: 'INVALID_VALUE', ...json } });
  const put = await node.call('PUT', '/api/handles/88.107/P1?index=2001', {
    body: [{ index: 2001, type: 'REPORT', data: unknown }],
  });
  t.match(put, { status: 400, json: { at: 'REPORT' } }, 'a single value, too');
  const computed = { prefix: '88.107', pattern: 'S{counter:4}' };
  const valuesOf = (file: string | undefined) => [
    { index: 1000, type: 'TEMPLATE_ID', data: '88.107/pump' },
    { index: 1001, type: 'TEMPLATE', data: '1' },
    { index: 2001, type: 'REPORT', data: file },
  ];
  const compute = (file: string | undefined) =>
    node.call('POST', '/api/v1/computed', { body: { ...computed, values: valuesOf(file) } });
  t.match(await compute(unknown), { status: 400, json: { at: 'REPORT' } }, 'a computed record, too');
  t.match(await compute(pdf), { status: 201 });
});
