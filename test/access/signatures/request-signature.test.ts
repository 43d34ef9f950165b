import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { createNodeKey } from '../../../src/access/node-key.ts';
import { assertFirstUse } from '../../../src/access/signatures/nonces.ts';
import { type ReceivedRequest, signRequest, verifyRequest } from '../../../src/access/signatures/request-signature.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';

const newKey = () => createNodeKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
const [caller, own, other] = [newKey(), newKey(), newKey()];
const NOW = Date.UTC(2026, 0, 2);
const now = () => NOW;
const URL = 'http://Node.example:7080/api/v1/feed?after=3&limit=5';

function received(more: Partial<ReceivedRequest> = {}, body?: string): ReceivedRequest {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = signRequest({ method, url: URL, recipient: own.subject, body }, { key: caller, now });
  const { headers: changed, ...rest } = more;
  const length =
    body === undefined ? {} : { 'content-length': String(body.length), 'content-type': 'application/json' };
  const target = '/api/v1/feed?after=3&limit=5';
  return { method, authority: 'node.example:7080', target, ...rest, headers: { ...headers, ...length, ...changed } };
}
const check = (request: ReceivedRequest, at = now) => verifyRequest(request, { recipient: own.subject, now: at });

t.test('a call is its signer’s', async (t) => {
  t.match(check(received()), { subject: caller.subject, nonce: /^[A-Za-z0-9_-]{22}$/ });
  t.match(check(received({}, '{}')), { subject: caller.subject });
  t.match(check(received({ authority: 'NODE.example:7080' })), { subject: caller.subject });
  t.not(check(received()).nonce, check(received()).nonce);
});

const ALTERED: [title: string, request: () => ReceivedRequest][] = [
  ['another method', () => received({ method: 'DELETE' })],
  ['another authority', () => received({ authority: 'node.example' })],
  ['another path', () => received({ target: '/api/v1/tokens?after=3&limit=5' })],
  ['another query', () => received({ target: '/api/v1/feed?after=3&limit=6' })],
  ['no query', () => received({ target: '/api/v1/feed' })],
  ['a digest that was not signed', () => received({ headers: { 'content-digest': 'sha-256=:AAAA:' } })],
  ['another digest', () => received({ headers: { 'content-digest': 'sha-256=:AAAA:' } }, '{}')],
  ['a body without a digest', () => received({ headers: { 'content-length': '2' } })],
  ['a body that is no JSON', () => received({ headers: { 'content-type': 'text/csv' } }, '{}')],
  ['a body of unknown length without a digest', () => received({ headers: { 'transfer-encoding': 'chunked' } })],
  ['another key', () => received({ headers: { 'kapok-node-key': String(other.publicKey.x) } })],
  ['no key', () => received({ headers: { 'kapok-node-key': undefined } })],
  ['a key that is none', () => received({ headers: { 'kapok-node-key': 'x' } })],
  ['another recipient', () => received({ headers: { 'kapok-recipient': other.subject } })],
  ['a signature that is none', () => received({ headers: { signature: 'kapok=:AAAA:' } })],
  ['a signature that is a text', () => received({ headers: { signature: 'kapok="AAAA"' } })],
  ['no signature', () => received({ headers: { signature: undefined } })],
  ['neither', () => received({ headers: { signature: undefined, 'signature-input': undefined } })],
  ['no input', () => received({ headers: { 'signature-input': undefined } })],
  ['an input that is none', () => received({ headers: { 'signature-input': 'kapok=(' } })],
  [
    'an input that covers nothing',
    () => received({ headers: { 'signature-input': 'kapok=();created=1;nonce="x";keyid="y"' } }),
  ],
  ['an input of another label', () => received({ headers: { 'signature-input': 'sig1=();created=1' } })],
  ['an endless input', () => received({ headers: { 'signature-input': `kapok=(${'"a" '.repeat(10_000)})` } })],
];
for (const [title, request] of ALTERED) {
  t.test(`a call with ${title} is refused`, async (t) => {
    t.throws(() => check(request()), {
      code: 'INVALID_CREDENTIAL',
      message: /^The signature of this call is refused: /,
    });
  });
}

t.test('the time of a call must be near ours', async (t) => {
  for (const seconds of [-60, 0, 60]) t.ok(check(received(), () => NOW + seconds * 1000));
  for (const seconds of [-62, 62]) {
    t.throws(() => check(received(), () => NOW + seconds * 1000), { message: /over 60 seconds/ });
  }
});

t.test('a call that was for another node is refused, though nothing of it was altered', async (t) => {
  const headers = signRequest({ method: 'GET', url: URL, recipient: other.subject }, { key: caller, now });
  t.throws(() => check(received({ headers })), { message: /for another node/ });
});

t.test('a call is accepted once, by all processes of a node', async (t) => {
  const databases = await startDatabases(t);
  const { database } = await openDatabase(t, databases);
  const [call, another] = [check(received()), check(received())];
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => assertFirstUse(database, call)));
  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  await t.rejects(assertFirstUse(database, call), { code: 'INVALID_CREDENTIAL', message: /used before/ });
  await assertFirstUse(database, another);
  await database.query("update call_nonces set seen_at = now() - interval '1 hour' where nonce = $1", [call.nonce]);
  await assertFirstUse(database, { ...another, nonce: 'a third one, of its own' });
  t.equal((await database.query('select from call_nonces')).length, 2, 'what is too old to be accepted is forgotten');
});
