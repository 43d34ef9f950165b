import t from 'tap';
import { request } from 'undici';
import { subjectOfKey } from '../../src/access/node-key.ts';
import { signRequest } from '../../src/access/signatures/request-signature.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { createTestKey } from '../support/signing-peer.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const recipient = subjectOfKey((await node.get('/api/site')).json.site.servers[0].publicKey.value);
const key = createTestKey();
await node.call('POST', '/api/v1/grants', { body: { subject: key.subject, role: 'registrant', scope: '88.101' } });

interface Call {
  readonly method?: 'GET' | 'PUT';
  readonly path?: string;
  readonly body?: string;
  readonly sent?: string;
  readonly headers?: Record<string, string>;
  readonly signer?: typeof key;
  readonly at?: number;
}

async function call({ method = 'GET', path = '/api/v1/prefixes', body, sent = body, ...more }: Call) {
  const url = `${node.url}${path}`;
  const signed = signRequest(
    { method, url, recipient, body },
    { key: more.signer ?? key, now: () => more.at ?? Date.now() },
  );
  const headers = { ...signed, ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...more.headers };
  const send = async () => {
    const answer = await request(url, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
    return { status: answer.statusCode, json: (await answer.body.json()) as Record<string, unknown> };
  };
  return { ...(await send()), again: send };
}

t.test('a signed call has what was granted to its node, and is accepted once', async (t) => {
  const { status, again } = await call({});
  t.equal(status, 200);
  t.match(await again(), { status: 401, json: { code: 'INVALID_CREDENTIAL', detail: /used before/ } });
  t.match(await call({ path: '/api/v1/tokens' }), { status: 403, json: { code: 'FORBIDDEN' } });
});

t.test('a signed call with a body writes, and history names the node', async (t) => {
  const body = JSON.stringify({ values: [{ index: 1, type: 'NAME', data: 'signed' }] });
  t.equal((await call({ method: 'PUT', path: '/api/v1/identifiers/88.101/signed', body })).status, 201);
  const history = await node.call('GET', '/api/v1/history/88.101/signed');
  t.match(history.json, { versions: [{ actor: key.subject }] });
});

t.test('a body that was altered on the way is refused', async (t) => {
  const body = JSON.stringify({ values: [{ index: 1, type: 'NAME', data: 'signed' }] });
  const path = '/api/v1/identifiers/88.101/altered';
  const altered = await call({ method: 'PUT', path, body, sent: body.replace('signed', 'forged') });
  t.match(altered, { status: 400, json: { code: 'BAD_REQUEST', at: 'Content-Digest' } });
  const asCsv = { 'content-type': 'text/csv' };
  t.match(await call({ method: 'PUT', path, body, sent: body.replace('signed', 'forged'), headers: asCsv }), {
    status: 401,
    json: { detail: /must be JSON/ },
  });
  t.equal((await node.get('/api/handles/88.101/altered')).status, 404);
});

t.test('an old call, one of another key and one in another’s name are refused', async (t) => {
  const refused = { status: 401, json: { code: 'INVALID_CREDENTIAL' } };
  t.match(await call({ at: Date.now() - 120_000 }), refused);
  t.match(await call({ at: Date.now() + 120_000 }), refused);
  const other = createTestKey();
  t.match(await call({ signer: { ...other, subject: key.subject } }), refused);
  t.match(await call({ headers: { 'kapok-node-key': String(other.publicKey.x) } }), refused);
});

t.test('a node without grants may do what everybody may, and leaves no note', async (t) => {
  const signer = createTestKey();
  t.match(await call({ signer }), { status: 403, json: { code: 'FORBIDDEN' } });
  t.equal((await call({ signer, path: '/api/site' })).status, 200);
});

t.test('a signed call is known, and an answer signed, also where the answer to strangers lies in memory', async (t) => {
  const secret = { index: 2, type: 'PIN', data: '4711', permissions: '1100' };
  const values = [{ index: 1, type: 'NAME', data: 'a' }, secret];
  await node.call('PUT', '/api/v1/identifiers/88.101/lane', { body: { values } });
  const path = '/api/handles/88.101/lane';
  for (let i = 0; i < 3; i++) t.equal((await node.get(path)).json.values.length, 1);
  t.equal(((await call({ path })).json.values as unknown[]).length, 2);
  t.match(await call({ path, headers: { signature: 'kapok=:AAAA:' } }), { status: 401 });
  const accept = `kapok=("@status" "content-digest" "@method";req "@path";req "@query";req);nonce="${'n'.repeat(22)}"`;
  t.match((await node.get(path, { 'accept-signature': accept })).headers, { signature: /^kapok=:/ });
});
