import t from 'tap';
import { ED25519, jwkOf, OTHER_RSA, pemOf, RSA, SECRET, signWith, WEAK_RSA } from '../access/handle/keys.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { HandleClient } from './handle-client.ts';

const databases = await startDatabases(t);
const DATABASE_URL = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL });
const twin = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL });
const client = new HandleClient(node);

const KEYS = [
  { index: 300, type: 'HS_PUBKEY', data: jwkOf(RSA.publicKey) },
  { index: 301, type: 'HS_SECKEY', data: SECRET, permissions: '0100' },
  { index: 302, type: 'HS_PUBKEY', data: pemOf(ED25519.publicKey) },
  { index: 303, type: 'HS_PUBKEY', data: jwkOf(WEAK_RSA.publicKey) },
];
await node.call('PUT', '/api/handles/88.101/ADMIN', { body: KEYS });
await node.call('POST', '/api/v1/grants', {
  body: { subject: '300:88.101/ADMIN', role: 'registrant', scope: '88.101' },
});
const ID = '300:88.101/ADMIN';

const body = [{ index: 1, type: 'URL', data: 'http://a/' }];

t.test('a session is opened, proven and used, and ends', async (t) => {
  const opened = await node.call('POST', '/api/sessions', { token: null });
  t.equal(opened.status, 201);
  t.equal(opened.headers.location, '/api/sessions/this');
  t.equal(opened.headers['content-type'], 'application/json;charset=utf-8');
  t.strictSame(Object.keys(opened.json), ['sessionId', 'nonce']);
  t.equal(Buffer.from(opened.json.nonce, 'base64').length, 16);
  const session = opened.json;
  const { sessionId } = session;
  t.strictSame((await client.call('GET', '/api/sessions/this', { sessionId })).json, session);
  const proven = await client.call('PUT', '/api/sessions/this', client.sign(session, ID, RSA.privateKey));
  t.match(proven, { status: 200, json: { sessionId, authenticated: true, id: ID } });
  t.not(proven.json.nonce, session.nonce, 'the nonce is used up');
  t.match((await client.call('GET', '/api/sessions/this', { sessionId })).json, { authenticated: true, id: ID });
  t.equal((await client.call('PUT', '/api/handles/88.101/S1', { sessionId }, { body })).status, 201);
  const history = await client.call('GET', '/api/v1/history/88.101/S1', { sessionId });
  t.match(history.json, { versions: [{ actor: ID }] }, 'history names the key');
  t.equal((await client.call('DELETE', '/api/sessions/this', { sessionId })).status, 204);
  t.equal((await client.call('DELETE', '/api/sessions/this', { sessionId })).status, 403);
  t.equal((await client.call('GET', '/api/sessions/this', { sessionId })).status, 403);
  t.equal((await client.call('PUT', '/api/handles/88.101/S1', { sessionId }, { body })).status, 401);
});

t.test('all processes of a node know a session', async (t) => {
  const { sessionId } = await client.logIn('302:88.101/ADMIN', ED25519.privateKey);
  const there = await new HandleClient(twin).call('GET', '/api/sessions/this', { sessionId });
  t.match(there, { status: 200, json: { authenticated: true, id: '302:88.101/ADMIN' } });
});

t.test(
  'clients that announce JSON and send nothing, POST instead of PUT, or put the proof in the body are served',
  async (t) => {
    const session = await client.open({ headers: { 'content-type': 'application/json' } });
    const { version, ...proof } = client.sign(session, ID, RSA.privateKey);
    const answer = await node.call('POST', '/api/sessions/this', { token: null, body: { ...proof, unknown: 1 } });
    t.match(answer, { status: 200, json: { authenticated: true, id: ID } });
    const headers = { 'content-type': 'application/json' };
    t.equal(
      (await client.call('PUT', '/api/sessions/this', { sessionId: session.sessionId }, { headers })).status,
      200,
    );
  },
);

t.test('a key is proven by the very request that needs it, and its header may come again', async (t) => {
  const session = await client.open();
  const authorization = client.sign(session, ID, RSA.privateKey);
  t.equal((await client.call('PUT', '/api/handles/88.101/S2', authorization, { body })).status, 201);
  t.equal((await client.call('PUT', '/api/handles/88.101/S2', authorization, { body })).status, 200);
  t.equal((await client.call('DELETE', '/api/sessions/this', authorization)).status, 204);
  t.equal(
    (await client.call('PUT', '/api/handles/88.101/S2', authorization, { body })).status,
    401,
    'not after the end',
  );
});

t.test('a signature is good for one session and one nonce', async (t) => {
  const [one, other] = [await client.open(), await client.open()];
  const signed = client.sign(one, ID, RSA.privateKey);
  const elsewhere = await client.call('PUT', '/api/sessions/this', { ...signed, sessionId: other.sessionId });
  t.match(elsewhere, {
    status: 401,
    json: { sessionId: other.sessionId, nonce: other.nonce, error: /does not verify/ },
  });
  t.equal((await client.call('PUT', '/api/sessions/this', signed)).status, 200);
  const again = client.sign(one, ID, RSA.privateKey);
  t.match(await client.call('PUT', '/api/sessions/this', again), {
    status: 401,
    json: { authenticated: true, id: ID },
  });
  const { json } = await client.call('GET', '/api/sessions/this', { sessionId: one.sessionId });
  const renewed = client.sign(json, '302:88.101/ADMIN', ED25519.privateKey);
  t.match(await client.call('PUT', '/api/sessions/this', renewed), { status: 200, json: { id: '302:88.101/ADMIN' } });
  t.equal((await client.call('PUT', '/api/sessions/this', signed)).status, 401, 'the first proof is of the past');
});

t.test('of twenty proofs of one nonce at once one counts', async (t) => {
  const session = await client.open();
  const proofs = Array.from({ length: 20 }, () => client.sign(session, ID, RSA.privateKey));
  const answers = await Promise.all(proofs.map((proof) => client.call('PUT', '/api/sessions/this', proof)));
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  t.equal(answers.filter(({ status }) => status === 401).length, 19);
});

t.test('what proves nothing is answered with the reason, and tells nothing of what exists', async (t) => {
  const session = await client.open();
  const good = client.sign(session, ID, RSA.privateKey);
  const wrong = client.sign(session, ID, OTHER_RSA.privateKey);
  const weak = client.sign(session, '303:88.101/ADMIN', WEAK_RSA.privateKey);
  const said = 'The key at that index does not verify it';
  for (const [proof, error] of [
    [{ ...good, alg: 'SHA1' }, /SHA1 is broken and refused; HS_PUBKEY takes SHA256/],
    [{ ...good, alg: 'none' }, /alg is not taken/],
    [{ ...good, type: 'HS_CERT' }, /type must be/],
    [{ ...good, version: '1' }, /version must be 0/],
    [{ ...good, signature: '*' }, /must be base64/],
    [{ sessionId: session.sessionId, id: ID }, /belong together/],
    [{ ...good, id: '999:88.101/ADMIN' }, said],
    [{ ...good, id: '300:88.101/NOBODY' }, said],
    [{ ...good, id: '300:99.1/NOBODY' }, said],
    [{ ...good, id: 'nonsense' }, said],
    [{ ...good, id: '301:88.101/ADMIN' }, said],
    [wrong, /^The key at that index does not verify it: the signature is not that of the key$/],
    [weak, /1024 bits; RSA takes 2048/],
  ] as const) {
    const { status, json, headers } = await client.call('PUT', '/api/sessions/this', proof);
    t.match({ status, json }, { status: 401, json: { sessionId: session.sessionId, nonce: session.nonce, error } });
    const [basic, handle, bearer] = headers['www-authenticate'] as string[];
    t.equal(basic, 'Basic realm="handle"');
    t.equal(handle, `Handle sessionId="${session.sessionId}", nonce="${session.nonce}", error="${json.error}"`);
    t.equal(bearer, 'Bearer realm="kapok"');
  }
  t.equal((await client.call('PUT', '/api/sessions/this', good)).status, 200, 'the nonce is still there to be signed');
});

t.test('a wrong credential is an error on every route, never a guest', async (t) => {
  const { sessionId } = await client.open();
  for (const path of [
    '/api/handles/88.101/ADMIN',
    '/api/v1/identifiers?prefix=88.101',
    '/api/v1/history/88.101/ADMIN',
  ]) {
    const unproven = await client.call('GET', path, { sessionId });
    t.match(unproven, { status: 401, json: { code: 'INVALID_CREDENTIAL' }, text: /No key has been proven/ }, path);
    t.equal((await client.call('GET', path, { sessionId: 'A'.repeat(22) })).status, 401, path);
    t.equal((await client.basic('GET', path, ['301:88.101/ADMIN', 'wrong'])).status, 401, path);
  }
  for (const authorization of ['Handle', 'Handle x', 'Handle sessionId="', 'Basic !', 'Digest x'])
    t.equal((await node.get('/api/handles/88.101/ADMIN', { authorization })).status, 401, authorization);
  const oversize = await node.get('/api/handles/88.101/ADMIN', {
    authorization: `Handle cnonce="${'a'.repeat(13_000)}"`,
  });
  t.equal(oversize.status, 401);
  const beyond = await node.get('/api/handles/88.101/ADMIN', {
    authorization: `Handle cnonce="${'a'.repeat(20_000)}"`,
  });
  t.equal(beyond.status, 431);
});

t.test('a secret key opens by Basic, alone or for a session', async (t) => {
  const own: [string, string] = ['301:88.101/ADMIN', SECRET];
  await node.call('POST', '/api/v1/grants', {
    body: { subject: '301:88.101/admin', role: 'registrant', scope: '88.101' },
  });
  t.equal((await client.basic('PUT', '/api/handles/88.101/S3', own, { body })).status, 201);
  t.equal((await client.basic('PUT', '/api/handles/88.101/S3', ['88.101/admin', SECRET], { body })).status, 200);
  const opened = await client.basic('POST', '/api/sessions', own);
  t.match(opened, { status: 201, json: { authenticated: true, id: '301:88.101/ADMIN' } });
  t.equal((await client.basic('POST', '/api/sessions', ['301:88.101/ADMIN', `${SECRET}x`])).status, 401);
});

t.test('a session is opened without the name of one, and a script gets no window for a password', async (t) => {
  const { sessionId } = await client.open();
  t.match(await client.call('POST', '/api/sessions', { sessionId }), { status: 400, json: { at: 'sessionId' } });
  const headers = { 'x-requested-with': 'XMLHttpRequest' };
  const { headers: answered } = await node.call('PUT', '/api/handles/88.101/S4', { body, headers, token: null });
  t.strictSame(answered['www-authenticate'], ['Handle', 'Bearer realm="kapok"']);
});

t.test('a signature of another hash than it says, or of a key that was taken back, is none', async (t) => {
  const session = await client.open();
  const cnonce = Buffer.from('0123456789abcdef');
  const signed = Buffer.concat([Buffer.from(session.nonce, 'base64'), cnonce]);
  const signature = signWith(RSA.privateKey, signed, 'sha1').toString('base64');
  const proof = { ...client.sign(session, ID, RSA.privateKey), cnonce: cnonce.toString('base64'), signature };
  t.equal((await client.call('PUT', '/api/sessions/this', proof)).status, 401);
  await node.call('PUT', '/api/handles/88.101/GONE', {
    body: [{ index: 300, type: 'HS_PUBKEY', data: jwkOf(RSA.publicKey) }],
  });
  await client.logIn('300:88.101/GONE', RSA.privateKey);
  await node.call('DELETE', '/api/handles/88.101/GONE');
  await t.rejects(client.logIn('300:88.101/GONE', RSA.privateKey), /does not verify/);
});

t.test('guesses are counted: a network that makes too many is shut out', async (t) => {
  const limited = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL, KAPOK_RATE_LIMIT: '50000' });
  const guesser = new HandleClient(limited);
  const session = await guesser.open();
  const statuses = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const guess = guesser.sign(session, ID, OTHER_RSA.privateKey);
    statuses.add((await guesser.call('PUT', '/api/sessions/this', guess)).status);
  }
  t.strictSame([...statuses], [401, 429]);
  const right = guesser.sign(session, ID, RSA.privateKey);
  t.equal((await guesser.call('PUT', '/api/sessions/this', right)).status, 429, 'the right one does not show');
});
