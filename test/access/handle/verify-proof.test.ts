import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { isSecretOf, parseAlgorithm, whyNotProven } from '../../../src/access/handle/verify-proof.ts';
import type { ValueData } from '../../../src/record/value.ts';
import { codeOf, ED25519, jwkOf, OTHER_RSA, pemOf, RSA, SECRET, signWith, WEAK_RSA } from './keys.ts';

const signed = Buffer.from('both nonces');
const text = (value: string): ValueData => ({ format: 'string', value });

t.test('RSA and Ed25519 keys are taken as a JSON Web Key and as PEM', async (t) => {
  for (const { publicKey, privateKey, alg } of [
    { ...RSA, alg: 'SHA256' as const },
    { ...ED25519, alg: 'EdDSA' as const },
  ]) {
    const signature = signWith(privateKey, signed);
    for (const data of [jwkOf(publicKey), pemOf(publicKey)]) {
      t.equal(whyNotProven(data, { type: 'HS_PUBKEY', alg, signature, signed }), null, `${alg} ${data.format}`);
      const other = Buffer.from('another');
      t.match(whyNotProven(data, { type: 'HS_PUBKEY', alg, signature, signed: other }), /signature/);
      t.match(whyNotProven(data, { type: 'HS_PUBKEY', alg, signature: Buffer.alloc(0), signed }), /signature/);
      t.match(whyNotProven(data, { type: 'HS_PUBKEY', alg, signature: signature.subarray(1), signed }), /signature/);
    }
  }
});

t.test('a signature of another key, or with another hash, is none', async (t) => {
  const proof = { type: 'HS_PUBKEY', alg: 'SHA256', signed } as const;
  const data = jwkOf(RSA.publicKey);
  t.match(whyNotProven(data, { ...proof, signature: signWith(OTHER_RSA.privateKey, signed) }), /signature/);
  t.match(whyNotProven(data, { ...proof, signature: signWith(RSA.privateKey, signed, 'sha1') }), /signature/);
  t.match(whyNotProven(data, { ...proof, alg: 'EdDSA', signature: signWith(RSA.privateKey, signed) }), /rsa/);
  const signature = signWith(ED25519.privateKey, signed);
  t.match(whyNotProven(jwkOf(ED25519.publicKey), { ...proof, signature }), /ed25519/);
});

t.test('a key that is weak, of another kind or no key at all is refused with the reason', async (t) => {
  const why = (data: ValueData, key = RSA.privateKey) =>
    whyNotProven(data, { type: 'HS_PUBKEY', alg: 'SHA256', signature: signWith(key, signed), signed });
  t.match(why(jwkOf(WEAK_RSA.publicKey), WEAK_RSA.privateKey), /1024 bits; RSA takes 2048 to 8192/);
  t.match(why(jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)), /neither RSA nor Ed25519/);
  t.match(why(jwkOf(generateKeyPairSync('ed448').publicKey)), /neither RSA nor Ed25519/);
  t.match(why({ format: 'key', value: { kty: 'DSA', y: 'AQ', p: 'Ag', q: 'Aw', g: 'BA' } }), /no public key/);
  t.match(why({ format: 'key', value: { kty: 'RSA', n: 7 } }), /no public key/);
  t.match(why({ format: 'key', value: { kty: 'oct' } }), /no public key/);
  t.match(why(text('not a key')), /no public key/);
  t.match(why(text(RSA.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())), /no public key/);
  t.match(why({ format: 'vlist', value: [] }), /no public key/);
  const huge = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 0x1_0001 }).publicKey;
  const jwk = huge.export({ format: 'jwk' }) as { kty: string };
  t.match(why({ format: 'key', value: { ...jwk, e: Buffer.alloc(9, 0xff).toString('base64url') } }), /over 32 bits/);
});

t.test('a secret key proves itself by HMAC-SHA256', async (t) => {
  const proof = { type: 'HS_SECKEY', alg: 'HMAC-SHA256', signed } as const;
  const signature = codeOf(SECRET, signed);
  t.equal(whyNotProven(text(SECRET), { ...proof, signature }), null);
  const bytes = Buffer.from(SECRET);
  for (const format of ['base64', 'hex'] as const)
    t.equal(whyNotProven({ format, value: bytes.toString(format) }, { ...proof, signature }), null, format);
  t.match(whyNotProven(text('another'), { ...proof, signature }), /code/);
  t.match(whyNotProven(text(SECRET), { ...proof, signature: signature.subarray(0, 16) }), /code/);
  t.match(whyNotProven(text(''), { ...proof, signature: codeOf('', signed) }), /code/, 'an empty secret is nobody’s');
  t.match(whyNotProven({ format: 'vlist', value: [] }, { ...proof, signature: codeOf('', signed) }), /code/);
});

t.test('a secret is compared whole, whatever its length', async (t) => {
  t.equal(isSecretOf(text(SECRET), Buffer.from(SECRET)), true);
  for (const wrong of ['', 'c', `${SECRET} `, SECRET.toUpperCase(), 'x'.repeat(5_000)])
    t.equal(isSecretOf(text(SECRET), Buffer.from(wrong)), false, wrong.slice(0, 30));
  t.equal(isSecretOf(text(''), Buffer.alloc(0)), false);
  t.equal(isSecretOf(null, Buffer.alloc(0)), false);
});

t.test('algorithms are named as Handle names them; broken ones are refused with the reason', async (t) => {
  for (const name of ['SHA256', 'sha-256', 'SHA2']) t.equal(parseAlgorithm('HS_PUBKEY', name), 'SHA256', name);
  for (const name of ['EdDSA', 'ed25519']) t.equal(parseAlgorithm('HS_PUBKEY', name), 'EdDSA', name);
  for (const name of ['HMAC-SHA256', 'HmacSHA256']) t.equal(parseAlgorithm('HS_SECKEY', name), 'HMAC-SHA256', name);
  for (const name of ['SHA1', 'sha-1', 'SHA', 'MD5'])
    t.match(parseAlgorithm('HS_PUBKEY', name), { reason: /broken and refused; HS_PUBKEY takes SHA256/ }, name);
  t.match(parseAlgorithm('HS_SECKEY', 'SHA1'), { reason: /HS_SECKEY takes HMAC-SHA256/ });
  for (const name of ['HMAC-SHA256', '', 'none', 'constructor', 'x'.repeat(10_000)])
    t.match(parseAlgorithm('HS_PUBKEY', name), { reason: /^alg is not taken/ }, name.slice(0, 20));
  for (const name of ['SHA256', 'PBKDF2WithHmacSHA1', 'EdDSA'])
    t.match(parseAlgorithm('HS_SECKEY', name), { reason: /^alg is not taken/ }, name);
});
