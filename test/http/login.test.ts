import t from 'tap';
import { ED25519, jwkOf, SECRET } from '../access/handle/keys.ts';
import { IssuerServer } from '../access/oidc/issuer-server.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { HandleClient } from './handle-client.ts';

const databases = await startDatabases(t);
const issuer = await IssuerServer.start(t);
const signer = await issuer.addKey();
const node = await startTestNode(t, {
  KAPOK_PREFIX: '88.101',
  DATABASE_URL: await databases.create(),
  KAPOK_OIDC_ISSUERS: issuer.url,
  KAPOK_OIDC_AUDIENCE: 'kapok',
});
const client = new HandleClient(node);
const PERSON = `oidc:${issuer.url}#plant-7`;
const KEY = '300:88.101/ADMIN';
const values = [{ index: 1, type: 'URL', data: 'http://a/' }];

const grant = (subject: string) =>
  node.call('POST', '/api/v1/grants', { body: { subject, role: 'registrant', scope: '88.101' } });
const put = (path: string, token: string | null) => node.call('PUT', `/api/handles/${path}`, { token, body: values });
const logIn = (token: string | null, body?: object) =>
  node.call('POST', '/api/v1/login', { token, ...(body === undefined ? {} : { body }) });

await node.call('PUT', '/api/handles/88.101/ADMIN', {
  body: [
    { index: 300, type: 'HS_PUBKEY', data: jwkOf(ED25519.publicKey) },
    { index: 301, type: 'HS_SECKEY', data: SECRET },
  ],
});

t.test('a person whom an issuer vouches for has what was granted, and history names him', async (t) => {
  const token = await issuer.sign(signer);
  t.match(await put('88.101/O1', token), { status: 403, json: { code: 'FORBIDDEN' } });
  await grant(PERSON);
  t.equal((await put('88.101/O1', token)).status, 201);
  const { json } = await node.call('GET', '/api/v1/history/88.101/O1', { token });
  t.match(json, { versions: [{ actor: PERSON }] });
});

t.test('a token of an issuer that is wrong is refused, and one that cannot be checked is not', async (t) => {
  const path = '88.101/O2';
  const rows = [{ aud: 'other' }, { exp: Math.floor(Date.now() / 1000) - 60 }, { iss: 'https://other.invalid' }];
  for (const claims of rows) {
    const answer = await put(path, await issuer.sign(signer, { claims }));
    t.match(
      answer,
      { status: 401, json: { code: 'INVALID_CREDENTIAL', message: /^The token / } },
      JSON.stringify(claims),
    );
  }
  const rotated = await issuer.addKey('ES256', 'rotated');
  const answer = await put(path, await issuer.sign(rotated));
  t.match(answer, { status: 503, json: { code: 'ISSUER_UNAVAILABLE' } });
  t.equal((await node.get(`/api/handles/${path}`)).status, 404, 'nothing was written');
});

t.test('a proof of a key is exchanged for a token, which has what its subject was granted', async (t) => {
  const session = await client.open();
  const proof = client.sign(session, KEY, ED25519.privateKey);
  const { status, headers, json } = await client.call('POST', '/api/v1/login', proof);
  t.match({ status, json }, { status: 201, json: { subject: KEY, token: /^kapok_[\w-]{43}$/ } });
  t.equal(headers['cache-control'], 'no-store');
  t.ok(Math.abs(Date.parse(json.expiresAt) - Date.now() - 12 * 3_600_000) < 60_000);
  t.equal((await put('88.101/L1', json.token)).status, 403);
  await grant(KEY);
  t.equal((await put('88.101/L1', json.token)).status, 201, 'what is granted later counts at once');
  const { tokens } = (await node.call('GET', '/api/v1/tokens')).json;
  t.match(
    tokens.find(({ id }: { id: string }) => id === json.id),
    { subject: KEY, role: null, label: 'login' },
  );
  t.match(await node.call('DELETE', '/api/v1/login', { token: json.token }), { status: 200, json: { id: json.id } });
  t.equal((await put('88.101/L1', json.token)).status, 401);
});

t.test('a secret key and an OpenID token log in too, for up to a day', async (t) => {
  const basic = await client.basic('POST', '/api/v1/login', ['301:88.101/ADMIN', SECRET], { body: { hours: 24 } });
  t.match(basic, { status: 201, json: { subject: '301:88.101/ADMIN' } });
  t.ok(Math.abs(Date.parse(basic.json.expiresAt) - Date.now() - 24 * 3_600_000) < 60_000);
  t.match(await logIn(await issuer.sign(signer)), { status: 201, json: { subject: PERSON } });
  for (const hours of [0, 25, 1.5, '12']) t.equal((await logIn(await issuer.sign(signer), { hours })).status, 400);
});

t.test('a token cannot be renewed by itself, nor does nobody log in', async (t) => {
  const { token } = (await logIn(await issuer.sign(signer))).json;
  for (const known of [token, OPERATOR_TOKEN])
    t.match(await logIn(known), { status: 403, json: { code: 'FORBIDDEN' } });
  t.match(await logIn(null), { status: 401, json: { code: 'UNAUTHENTICATED' } });
  t.equal((await node.call('DELETE', '/api/v1/login')).status, 403, 'an operator token ends otherwise');
  t.equal((await node.call('DELETE', '/api/v1/login', { token: null })).status, 401);
});
