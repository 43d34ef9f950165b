import t from 'tap';
import { startDatabases } from '../../support/database.ts';
import { answering, type Behaviour, found, hanging, startFaultyPeer } from '../../support/faulty-peer.ts';
import { startTestNode } from '../../support/node.ts';
import { createTestKey, sendSigned, signing, startSigningPeer } from '../../support/signing-peer.ts';

const databases = await startDatabases(t);
const top = await startTestNode(t, {
  KAPOK_ROLE: 'top',
  KAPOK_PREFIX: '88',
  KAPOK_HOP_TIMEOUT_MS: '500',
  DATABASE_URL: await databases.create(),
});
const [key, other] = [createTestKey(), createTestKey()];
let count = 0;
const delegate = async (url: string, more: object = {}) => {
  const prefix = `88.${++count}`;
  return { prefix, ...(await top.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url, ...more } })) };
};
const servers = (json: { site: { servers: { publicKey?: { value: unknown } }[] } }) => json.site.servers;

t.test('delegating to a URL pins the key that the node there shows', async (t) => {
  const peer = await startSigningPeer(t, key);
  const { status, json, prefix } = await delegate(peer.url);
  t.equal(status, 201);
  t.strictSame(servers(json)[0]?.publicKey, { format: 'key', value: key.publicKey });
  t.match((await top.get(`/api/handles/${prefix}/A`)).json, { responseCode: 1, handle: `${prefix}/A` });
  t.equal(peer.calls.length, 1);
});

t.test('a node that shows no key is delegated to without one', async (t) => {
  const peer = await startFaultyPeer(t);
  const { status, json, prefix } = await delegate(peer.url);
  t.equal(status, 201);
  t.equal(servers(json)[0]?.publicKey, undefined);
  t.equal((await top.get(`/api/handles/${prefix}/A`)).status, 200);
  t.match(await delegate(peer.url, { pin: true }), { status: 502, json: { code: 'UPSTREAM_INVALID' } });
});

t.test('a key that its node does not sign with is not pinned', async (t) => {
  const peer = await startFaultyPeer(t, answering(found), (request, response) => {
    const site = { servers: [{ ...peer.site.servers[0], publicKey: { format: 'key', value: key.publicKey } }] };
    sendSigned({ request, response, body: JSON.stringify({ site }) }, other);
  });
  const { status, json } = await delegate(peer.url);
  t.equal(status, 201);
  t.equal(servers(json)[0]?.publicKey, undefined);
});

t.test('a node that is away is delegated to, unless its key is insisted on', async (t) => {
  t.match(await delegate('http://127.0.0.1:9'), { status: 201 });
  t.match(await delegate('http://127.0.0.1:9', { pin: true }), { status: 502, json: { code: 'UPSTREAM_UNREACHABLE' } });
  const silent = await startFaultyPeer(t, hanging, () => {});
  const begun = performance.now();
  t.match(await delegate(silent.url), { status: 201 });
  t.match(await delegate(silent.url, { pin: true }), { status: 504, json: { code: 'UPSTREAM_TIMEOUT' } });
  t.ok(performance.now() - begun < 3_000, 'within the time of a hop each');
});

t.test('pin: false asks nobody, and pin needs a url', async (t) => {
  const peer = await startSigningPeer(t, key);
  const { json } = await delegate(peer.url, { pin: false });
  t.equal(servers(json)[0]?.publicKey, undefined);
  const { site } = peer;
  t.match(await top.call('PUT', '/api/v1/prefixes/88.999', { body: { site, pin: true } }), {
    status: 400,
    json: { code: 'BAD_REQUEST', at: 'pin' },
  });
});

t.test('a key of another kind asks for no signature', async (t) => {
  const peer = await startFaultyPeer(t);
  const publicKey = { format: 'key', value: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } };
  const site = { servers: [{ ...peer.site.servers[0], publicKey }] };
  t.equal((await top.call('PUT', '/api/v1/prefixes/88.998', { body: { site } })).status, 201);
  t.equal((await top.get('/api/handles/88.998/A')).status, 200);
});

const WRONG: [title: string, behaviour: (earlier: string) => Behaviour, message: RegExp][] = [
  ['is not signed', () => answering(found), /It did not sign its answer/],
  ['is signed with another key', () => signing(key, { key: other }), /another key than its site names/],
  [
    'is signed with another key in the name of the pinned one',
    () => signing(key, { key: { ...other, subject: key.subject } }),
    /signature of its answer is wrong/,
  ],
  ['is another than the one that was signed', () => signing(key, { body: '{"answers":[]}' }), /not what it has signed/],
  ['has another status than was signed', () => signing(key, { status: 404 }), /signature of its answer is wrong/],
  ['was given to an earlier call', (nonce) => signing(key, { nonce }), /signed for another call/],
  [
    'has lost its digest',
    () => signing(key, { headers: ({ 'content-digest': _, ...rest }) => rest }),
    /It did not sign its answer/,
  ],
  [
    'has a signature that is none',
    () => signing(key, { headers: (headers) => ({ ...headers, signature: 'kapok=:AAAA:' }) }),
    /signature of its answer is wrong/,
  ],
];

for (const [title, behaviour, message] of WRONG) {
  t.test(`an answer of a pinned node that ${title} is refused, and not kept`, async (t) => {
    const peer = await startSigningPeer(t, key);
    const { prefix } = await delegate(peer.url);
    peer.behave(behaviour('abcdefghijklmnopqrstuv'));
    for (const times of [1, 2]) {
      t.match(await top.get(`/api/handles/${prefix}/A`), { status: 502, json: { code: 'UPSTREAM_INVALID', message } });
      t.equal(peer.calls.length, times, 'asked each time');
    }
    peer.behave(signing(key));
    t.equal((await top.get(`/api/handles/${prefix}/A`)).status, 200);
  });
}

t.test('a whole answer that was given before is refused', async (t) => {
  const peer = await startSigningPeer(t, key);
  const { prefix } = await delegate(peer.url);
  let recorded: Record<string, string> = {};
  peer.behave(
    signing(key, {
      headers: (headers) => {
        recorded = headers;
        return headers;
      },
    }),
  );
  t.equal((await top.get(`/api/handles/${prefix}/A?auth=true`)).status, 200);
  peer.behave(signing(key, { headers: () => recorded }));
  t.match(await top.get(`/api/handles/${prefix}/A?auth=true`), {
    status: 502,
    json: { message: /signed for another call/ },
  });
});

t.test('a question that was altered on the way is not answered', async (t) => {
  const body = { identifiers: ['88/A'] };
  const headers = { 'content-digest': 'sha-256=:AAAA:' };
  t.match(await top.call('POST', '/api/resolve', { body, headers }), {
    status: 400,
    json: { code: 'BAD_REQUEST', at: 'Content-Digest' },
  });
});

t.test('a node signs when it is asked to, and only then', async (t) => {
  const plain = await top.get('/api/site');
  t.equal(plain.headers.signature, undefined);
  t.equal(plain.headers['content-digest'], undefined);
  const accept =
    'kapok=("@status" "content-digest" "@method";req "@path";req "@query";req);nonce="abcdefghijklmnopqrstuv"';
  const signed = await top.get('/api/site', { 'accept-signature': accept });
  t.match(signed.headers, {
    signature: /^kapok=:/,
    'signature-input': /^kapok=\("@status"/,
    'content-digest': /^sha-256/,
  });
  t.equal((await top.get('/api/site', { 'accept-signature': 'sig1=("@status")' })).headers.signature, undefined);
});
