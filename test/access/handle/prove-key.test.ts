import t from 'tap';
import { parseKeyReference } from '../../../src/access/handle/key-reference.ts';
import { findSecretHolder, type KeyHolder, type KeyRecords, proveKey } from '../../../src/access/handle/prove-key.ts';
import { KapokError } from '../../../src/errors/kapok-error.ts';
import type { Value } from '../../../src/record/value.ts';
import { codeOf, ED25519, jwkOf, RSA, SECRET, signWith, valueAt, WEAK_RSA } from './keys.ts';

const signed = Buffer.from('both nonces');
const secret = (index: number, text: string, extra: Partial<Value> = { permissions: '1100' }) =>
  valueAt(index, 'HS_SECKEY', { format: 'string', value: text }, extra);

const VALUES: Value[] = [
  valueAt(300, 'HS_PUBKEY', jwkOf(RSA.publicKey)),
  valueAt(302, 'hs_pubkey', jwkOf(ED25519.publicKey)),
  valueAt(303, 'HS_PUBKEY', jwkOf(WEAK_RSA.publicKey)),
  valueAt(304, 'HS_PUBKEY', jwkOf(WEAK_RSA.publicKey), { permissions: '1100' }),
  secret(301, SECRET),
  secret(305, 'another', { permissions: '0100' }),
];

function holding(holder: Partial<KeyHolder> | null): KeyRecords {
  return {
    find: async () => (holder === null ? null : { handle: '88.1/ADMIN', values: VALUES, own: true, ...holder }),
  };
}

function reference(text: string) {
  const key = parseKeyReference(text);
  if (key === null) throw new Error(text);
  return key;
}

const bySignature = (records: KeyRecords, id: string, pair = RSA) =>
  proveKey(records, reference(id), {
    type: 'HS_PUBKEY',
    alg: pair === ED25519 ? 'EdDSA' : 'SHA256',
    signature: signWith(pair.privateKey, signed),
    signed,
  });
const byCode = (records: KeyRecords, id: string, text = SECRET) =>
  proveKey(records, reference(id), { type: 'HS_SECKEY', alg: 'HMAC-SHA256', signature: codeOf(text, signed), signed });
const bySecret = (records: KeyRecords, id: string, text = SECRET) =>
  findSecretHolder(records, { key: reference(id), secret: Buffer.from(text) });

t.test('a key is proven at its index, in the spelling of its record', async (t) => {
  t.strictSame(await bySignature(holding({}), '300:88.1/admin'), { subject: '300:88.1/ADMIN' });
  t.strictSame(await bySignature(holding({}), '302:88.1/ADMIN', ED25519), { subject: '302:88.1/ADMIN' });
  t.strictSame(await byCode(holding({}), '301:88.1/ADMIN'), { subject: '301:88.1/ADMIN' });
  t.equal(await bySecret(holding({}), '301:88.1/ADMIN'), '301:88.1/ADMIN');
  t.equal(await bySecret(holding({}), '305:88.1/ADMIN', 'another'), '305:88.1/ADMIN', 'a secret that nobody reads');
});

t.test('without an index any key of the record will do, and the subject names it', async (t) => {
  t.strictSame(await bySignature(holding({}), '88.1/ADMIN', ED25519), { subject: '302:88.1/ADMIN' });
  t.equal(await bySecret(holding({}), '88.1/ADMIN', 'another'), '305:88.1/ADMIN');
});

t.test('whatever is wrong, the answer is the same but for what everybody can read', async (t) => {
  const said = { reason: 'The key at that index does not verify it' };
  t.strictSame(await bySignature(holding(null), '300:88.1/ADMIN'), said, 'no record');
  t.strictSame(await bySignature(holding({}), '999:88.1/ADMIN'), said, 'no value');
  t.strictSame(await bySignature(holding({}), '301:88.1/ADMIN'), said, 'another type');
  t.strictSame(await bySignature(holding({}), '304:88.1/ADMIN', WEAK_RSA), said, 'a weak key that is not public');
  t.strictSame(await byCode(holding({}), '300:88.1/ADMIN'), said, 'a public key is no secret');
  t.strictSame(await byCode(holding({}), '301:88.1/ADMIN', 'wrong'), said);
  t.match(await bySignature(holding({}), '303:88.1/ADMIN', WEAK_RSA), { reason: /1024 bits/ });
  t.match(await bySignature(holding({}), '300:88.1/ADMIN', ED25519), { reason: /EdDSA does not belong/ });
  for (const [records, id] of [
    [holding(null), '301:88.1/ADMIN'],
    [holding({}), '300:88.1/ADMIN'],
    [holding({}), '305:88.1/ADMIN'],
  ] as const)
    t.equal(await bySecret(records, id), null, id);
});

t.test('a secret that another node shows is nobody’s', async (t) => {
  const values = [secret(301, SECRET, {})];
  t.match(await byCode(holding({ own: false, values }), '301:88.1/ADMIN'), { reason: /does not verify/ });
  t.equal(await bySecret(holding({ own: false, values }), '301:88.1/ADMIN'), null);
  t.match(await bySignature(holding({ own: false }), '300:88.1/ADMIN'), { subject: '300:88.1/ADMIN' });
});

t.test('an outage is no verdict', async (t) => {
  const down = { find: () => Promise.reject(new KapokError('UPSTREAM_UNREACHABLE')) };
  await t.rejects(bySignature(down, '300:88.1/ADMIN'), { code: 'UPSTREAM_UNREACHABLE' });
  await t.rejects(bySecret(down, '300:88.1/ADMIN'), { code: 'UPSTREAM_UNREACHABLE' });
});
