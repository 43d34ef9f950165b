import { createPrivateKey } from 'node:crypto';
import t from 'tap';
import { createNodeKey, importNodeKey } from '../../src/access/node-key.ts';
import { createContentDigest, isContentDigest } from '../../src/access/signatures/content-digest.ts';
import { type Components, readSignature, signatureBase } from '../../src/access/signatures/signature.ts';

/** RFC 9421 appendix B.1.4. */
const PRIVATE = Buffer.from('MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF', 'base64');
const X = 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs';

/** RFC 9421 appendix B.2.6. */
const COMPONENTS: Components = [
  ['"date"', 'Tue, 20 Apr 2021 02:07:55 GMT'],
  ['"@method"', 'POST'],
  ['"@path"', '/foo'],
  ['"@authority"', 'example.com'],
  ['"content-type"', 'application/json'],
  ['"content-length"', '18'],
];
const INPUT =
  '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
const SIGNATURE = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';

t.test('signs the example of RFC 9421 B.2.6 to the letter', async (t) => {
  const key = createNodeKey(
    createPrivateKey({ key: PRIVATE, format: 'der', type: 'pkcs8' }).export({ format: 'der', type: 'pkcs8' }),
  );
  t.equal(key.publicKey.x, X);
  t.equal(key.sign(Buffer.from(signatureBase(COMPONENTS, INPUT))).toString('base64'), SIGNATURE);
});

t.test('reads and verifies a signature in the form of that example', async (t) => {
  const key = createNodeKey(PRIVATE);
  const input = INPUT.replace(';keyid', ';nonce="0123456789abcdef";keyid');
  const signature = key.sign(Buffer.from(signatureBase(COMPONENTS, input))).toString('base64');
  const stated = readSignature({
    'signature-input': `other=("date");created=1, kapok=${input}`,
    signature: `kapok=:${signature}:`,
  });
  t.match(stated, { created: 1618884473, nonce: '0123456789abcdef', keyid: 'test-key-ed25519' });
  t.ok(stated?.isBy(importNodeKey(X), COMPONENTS));
  t.notOk(stated?.isBy(importNodeKey(X), COMPONENTS.slice(1)), 'fewer components');
  t.notOk(stated?.isBy(importNodeKey(X), [...COMPONENTS].reverse()), 'another order');
  const altered = COMPONENTS.map(([name, value]) => [name, name === '"@path"' ? '/bar' : value] as const);
  t.notOk(stated?.isBy(importNodeKey(X), altered), 'another value');
});

t.test('digests a body as RFC 9530 appendix D does', async (t) => {
  const digest = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
  t.equal(createContentDigest('{"hello": "world"}'), digest);
  t.ok(isContentDigest(digest, '{"hello": "world"}'));
  t.ok(isContentDigest(`sha-512=:AAAA:, ${digest}`, '{"hello": "world"}'));
  for (const header of [
    '',
    'sha-256=:AAAA:',
    'sha-256="text"',
    'sha-512=:AAAA:',
    ':',
    `${digest}${' '.repeat(1024)}`,
  ]) {
    t.notOk(isContentDigest(header, '{"hello": "world"}'), header.slice(0, 20));
  }
  t.notOk(isContentDigest(digest, '{"hello":"world"}'));
});
