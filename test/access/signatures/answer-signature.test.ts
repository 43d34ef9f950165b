import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { createNodeKey, isNodeKey } from '../../../src/access/node-key.ts';
import {
  type Asked,
  acceptSignature,
  readAcceptSignature,
  signAnswer,
  whyNotSigned,
} from '../../../src/access/signatures/answer-signature.ts';
import { createContentDigest } from '../../../src/access/signatures/content-digest.ts';

const newKey = () => createNodeKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
const [key, other] = [newKey(), newKey()];
const now = () => Date.UTC(2026, 0, 2);
const NONCE = 'abcdefghijklmnopqrstuv';
const BODY = '{"answers":[]}';
const asked: Asked = {
  method: 'POST',
  target: '/api/resolve',
  digest: createContentDigest('{"identifiers":["88/A"]}'),
};

function why(change: Partial<Parameters<typeof signAnswer>[1] & { status: number; body: string }> = {}) {
  const { status = 200, body = BODY, ...signed } = change;
  const headers = signAnswer({ status, body }, { asked, nonce: NONCE, key, now, ...signed });
  if (!isNodeKey(key.publicKey)) throw new Error('no key');
  return whyNotSigned({ status: 200, body: BODY, headers }, { asked, nonce: NONCE, key: key.publicKey });
}

t.test('an answer is its node’s, to this call', async (t) => {
  t.equal(why(), null);
  t.match(why({ body: '{"answers":[{}]}' }), /not what it has signed/);
  t.match(why({ status: 404 }), /signature of its answer is wrong/);
  t.match(why({ key: other }), /another key/);
  t.match(why({ nonce: 'zyxwvutsrqponmlkjihgfe' }), /another call/);
  const question = createContentDigest('{"identifiers":["88/B"]}');
  t.match(why({ asked: { ...asked, digest: question } }), /signature of its answer is wrong/, 'to another question');
  t.match(why({ asked: { ...asked, target: '/api/v1/feed' } }), /signature of its answer is wrong/);
  t.match(why({ asked: { ...asked, method: 'GET' } }), /signature of its answer is wrong/);
});

t.test('an answer without a whole signature is nobody’s', async (t) => {
  if (!isNodeKey(key.publicKey)) throw new Error('no key');
  const signed = signAnswer({ status: 200, body: BODY }, { asked, nonce: NONCE, key, now });
  for (const name of Object.keys(signed)) {
    const headers = { ...signed, [name]: undefined };
    const call = { asked, nonce: NONCE, key: key.publicKey };
    t.match(whyNotSigned({ status: 200, body: BODY, headers }, call), /did not sign/, name);
  }
});

t.test('a signature is given to who asks for one that nodes give', async (t) => {
  t.equal(readAcceptSignature(acceptSignature(asked, NONCE), asked), NONCE);
  const get: Asked = { method: 'GET', target: '/api/site' };
  t.equal(readAcceptSignature(acceptSignature(get, NONCE), get), NONCE);
  for (const header of [
    undefined,
    'kapok=("@status");nonce="abcdefghijklmnopqrstuv"',
    acceptSignature(get, NONCE),
    acceptSignature(asked, 'short'),
    acceptSignature(asked, NONCE.repeat(10)),
    acceptSignature(asked, NONCE).replace('kapok', 'sig1'),
    'kapok="text"',
    '(',
  ]) {
    t.equal(readAcceptSignature(header, asked), null, header ?? 'none');
  }
});
