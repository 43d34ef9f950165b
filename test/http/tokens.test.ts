import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { readConfig } from '../../src/config/config.ts';
import { startNode } from '../../src/node.ts';
import { type Answer, callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url });
const state = openState(t, url);
for (const prefix of ['88.101.1', '88.101.1.5', '88.101.2']) {
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
}

async function makeToken(body: object): Promise<{ id: string; token: string }> {
  const { status, json, text } = await node.call('POST', '/api/v1/tokens', { body });
  if (status !== 201) throw new Error(text);
  return json;
}

function put(path: string, token: string | null): Promise<Answer> {
  return node.call('PUT', `/api/handles/${path}`, { token, body: [{ index: 1, type: 'URL', data: 'http://a/' }] });
}

t.test('a token writes at its prefix and below it, by whole labels, and nowhere else', async (t) => {
  const { token } = await makeToken({ scope: '88.101.1', label: 'plant' });
  t.equal((await put('88.101.1/A', token)).status, 201);
  t.equal((await put('88.101.1.5/A', token)).status, 201);
  for (const path of ['88.101.2/A', '88.101/A', '88.101.11/A', '0.NA/88.101.2']) {
    const { status, headers, json } = await put(path, token);
    t.equal(status, 403, path);
    t.match(json, { responseCode: 400, handle: path, code: 'FORBIDDEN' });
    t.equal(headers['www-authenticate'], undefined);
  }
});

t.test('a request without a good token is told to bring one', async (t) => {
  const revoked = await makeToken({ scope: '', label: 'revoked' });
  const expired = await makeToken({ scope: '', label: 'expired', days: 1 });
  t.match(await node.call('DELETE', `/api/v1/tokens/${revoked.id}`), { status: 200, json: { revoked: true } });
  await state.query("update tokens set expires_at = now() - interval '1 second' where id = $1", [expired.id]);
  const before = await state.read();
  const unknown = `kapok_${'u'.repeat(43)}`;
  for (const token of [unknown, revoked.token, expired.token, 'kapok_short', 'x'.repeat(5000)]) {
    for (const [method, path] of [
      ['PUT', '/api/handles/88.101.1/B'],
      ['DELETE', '/api/handles/88.101.1/A'],
      ['GET', '/api/handles/88.101.1/A'],
      ['POST', '/api/v1/tokens'],
      ['GET', '/api/v1/prefixes'],
      ['POST', '/api/v1/imports'],
    ] as const) {
      const type = path.endsWith('imports') ? { 'content-type': 'text/csv' } : {};
      const body = method === 'POST' && path.endsWith('tokens') ? { body: { scope: '', label: 'x' } } : {};
      const answer = await node.call(method, path, { token, ...body, headers: type });
      t.equal(answer.status, 401, `${method} ${path}`);
      t.ok(answer.headers['www-authenticate']?.includes('Bearer realm="kapok"'));
      t.match(answer.json, { responseCode: 403, code: 'INVALID_CREDENTIAL' });
    }
  }
  t.strictSame(await state.read(), before);
});

t.test('another scheme than Bearer is no credential, and none at all is another failure', async (t) => {
  const path = '/api/handles/88.101.1/B';
  for (const authorization of ['Basic a2Fwb2s6c2VjcmV0', 'Bearer', `Bearer ${OPERATOR_TOKEN} x`, OPERATOR_TOKEN]) {
    const { status, json } = await node.call('PUT', path, { token: null, headers: { authorization }, body: [] });
    t.match({ status, json }, { status: 401, json: { code: 'INVALID_CREDENTIAL' } }, authorization);
  }
  const { status, headers, json } = await put('88.101.1/B', null);
  t.match({ status, json }, { status: 401, json: { responseCode: 402, code: 'UNAUTHENTICATED' } });
  t.strictSame(headers['www-authenticate'], ['Basic realm="handle"', 'Handle', 'Bearer realm="kapok"']);
});

t.test('the scheme is read in any case of letters', async (t) => {
  const headers = { authorization: `bearer ${OPERATOR_TOKEN}` };
  t.equal((await node.call('GET', '/api/v1/tokens', { token: null, headers })).status, 200);
});

t.test('who manages access to a scope makes, lists and revokes tokens in it, and nobody else does', async (t) => {
  const manager = await makeToken({ scope: '88.101.1', role: 'operator', label: 'manager' });
  const other = await makeToken({ scope: '88.101.2', label: 'another plant' });
  const call = (method: string, path: string, body?: object) => node.call(method, path, { token: manager.token, body });
  const own = (await call('POST', '/api/v1/tokens', { scope: '88.101.1.5', role: 'device', label: 'line 5' })).json;
  t.match(own, { scope: '88.101.1.5', role: 'device' });
  const listed: { id: string }[] = (await call('GET', '/api/v1/tokens')).json.tokens;
  t.ok(listed.some(({ id }) => id === own.id));
  t.notOk(listed.some(({ id }) => id === other.id));
  t.equal((await call('DELETE', `/api/v1/tokens/${own.id}`)).status, 200);
  const before = await state.read();
  for (const [token, method, path, body] of [
    [manager.token, 'POST', '/api/v1/tokens', { scope: '88.101.2', label: 'x' }],
    [manager.token, 'POST', '/api/v1/tokens', { scope: '', label: 'x' }],
    [manager.token, 'DELETE', `/api/v1/tokens/${other.id}`, undefined],
    [other.token, 'POST', '/api/v1/tokens', { scope: '88.101.2', label: 'x' }],
    [other.token, 'GET', '/api/v1/tokens', undefined],
    [other.token, 'DELETE', `/api/v1/tokens/${other.id}`, undefined],
  ] as const) {
    const { status, json } = await node.call(method, path, { token, body });
    t.match({ status, json }, { status: 403, json: { code: 'FORBIDDEN' } }, `${method} ${path}`);
  }
  t.strictSame(await state.read(), before);
});

t.test('a token is shown once, kept from caches, and never listed', async (t) => {
  const answer = await node.call('POST', '/api/v1/tokens', {
    body: { scope: '88.101.1', label: '一号工厂', days: 30 },
  });
  t.match(answer, { status: 201, headers: { 'cache-control': 'no-store' } });
  t.match(answer.json, { scope: '88.101.1', label: '一号工厂', token: /^kapok_[\w-]{43}$/ });
  const list = await node.call('GET', '/api/v1/tokens');
  const listed = list.json.tokens.find((item: { id: string }) => item.id === answer.json.id);
  t.match(listed, { label: '一号工厂', scope: '88.101.1', revokedAt: null });
  t.ok(Date.parse(listed.expiresAt) > Date.now() + 29 * 86_400_000);
  t.notMatch(list.text, answer.json.token.slice(6));
});

t.test('the database holds the hash of a token and not the token', async (t) => {
  const { token, id } = await makeToken({ scope: '', label: 'hashed' });
  const [row] = await state.query('select hash, tokens::text as text from tokens where id = $1', [id]);
  t.strictSame(row?.hash, createHash('sha256').update(token).digest());
  t.notMatch(row?.text, token.slice(6));
});

t.test('a token that cannot be made is refused, and the message names the field', async (t) => {
  const before = await state.read();
  const cases: [unknown, RegExp][] = [
    [{ scope: '88.101' }, /body must have required property 'label'/],
    [{ label: 'x' }, /body must have required property 'scope'/],
    [{ scope: '88..1', label: 'x' }, /Prefix has an empty label/],
    [{ scope: '', label: '' }, /label must NOT have fewer than 1 characters/],
    [{ scope: '', label: 'x'.repeat(256) }, /label must NOT have more than 255 characters/],
    [{ scope: '', label: 'a\u0000b' }, /label contains the control character U\+0000 at 1/],
    [{ scope: '', label: 'x', days: 0 }, /days must be >= 1/],
    [{ scope: '', label: 'x', days: '3' }, /days must be integer/],
    [{ scope: '', label: 'x', admin: true }, /body must NOT have additional properties "admin"/],
    [[], /body must be object/],
  ];
  for (const [body, message] of cases) {
    const { status, json } = await node.call('POST', '/api/v1/tokens', { body });
    t.match({ status, detail: json.detail }, { status: 400, detail: message }, JSON.stringify(body).slice(0, 60));
  }
  for (const id of ['x', '00000000-0000-4000-8000-000000000000', "' or true --"]) {
    const { status, json } = await node.call('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`);
    t.match({ status, json }, { status: 400, json: { at: 'id', detail: /There is no active token/ } }, id);
  }
  t.strictSame(await state.read(), before);
});

t.test('private values are for those who may write the prefix', async (t) => {
  const body = [
    { index: 1, type: 'URL', data: 'http://a/' },
    { index: 2, type: 'EMAIL', data: 'hidden@a', permissions: '1100' },
  ];
  await node.call('PUT', '/api/handles/88.101.1/P', { body });
  const own = await makeToken({ scope: '88.101.1', label: 'own' });
  const other = await makeToken({ scope: '88.101.2', label: 'other' });
  const get = (query: string, token: string | null) => node.call('GET', `/api/handles/88.101.1/P${query}`, { token });
  t.match(await get('', own.token), { json: { values: [{ index: 1 }, { index: 2, permissions: '1100' }] } });
  t.match((await get('?index=2', own.token)).json, { responseCode: 1, values: [{ index: 2 }] });
  t.equal((await get('?publicOnly=true', own.token)).json.values.length, 1);
  t.equal((await get('', other.token)).json.values.length, 1);
  t.match(await get('?publicOnly=false', other.token), { status: 403, json: { responseCode: 400, code: 'FORBIDDEN' } });
  t.match(await get('?publicOnly=false', null), { status: 403, json: { responseCode: 402, code: 'PRIVATE_VALUES' } });
  const explained = await get('?explain=true', own.token);
  t.match(explained.json, { values: [{ index: 1 }, { index: 2 }], trace: [{ node: '88.101' }] });
  // What an administrator has read stays out of the answers that everybody gets.
  for (let i = 0; i < 3; i++) t.notMatch((await get('', null)).text, 'hidden@a');
});

t.test('no token and no secret value comes into the log, at any level', async (t) => {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const settings = { KAPOK_PREFIX: '88.102', KAPOK_PORT: '0', DATABASE_URL: await databases.create() };
  const logged = await startNode(readConfig(settings), { log: pino({ level: 'trace' }, stream) });
  t.teardown(() => logged.close());
  const first = logged.firstToken ?? '';
  t.match(first, /^kapok_/, 'the first start makes a token');
  const call = (method: string, path: string, options: object) => callUrl(method, `${logged.url}${path}`, options);
  const made = await call('POST', '/api/v1/tokens', { token: first, body: { scope: '88.102', label: 'a' } });
  const secret = [{ index: 301, type: 'HS_SECKEY', data: 'a secret in a body' }];
  await call('PUT', '/api/handles/88.102/A', { token: made.json.token, body: secret });
  await call('PUT', '/api/handles/88.102/A', { token: `kapok_${'w'.repeat(43)}`, body: secret });
  await call('PUT', '/api/handles/88.102/A', { token: first, body: '{"broken": "a secret in a body' });
  await call('GET', '/api/handles/88.102/A?publicOnly=false&token=a-secret-in-a-query', { token: first });
  await logged.close();
  const text = lines.join('');
  t.match(text, '"url":"/api/handles/88.102/A"', 'requests are logged');
  const secrets = [first, made.json.token, 'wwwwwww', 'a secret in a body', 'a-secret-in-a-query'];
  for (const [i, found] of secrets.entries()) t.notOk(text.includes(found.replace('kapok_', '')), `secret ${i}`);
});
