import { createSecretKey } from 'node:crypto';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import t, { type Test } from 'tap';
import { TokenVerifier } from '../../../src/access/oidc/token-verifier.ts';
import { type Alg, IssuerServer, type SigningKey } from './issuer-server.ts';

const NOW = Math.floor(Date.now() / 1000);

async function start(t: Test) {
  const issuer = await IssuerServer.start(t);
  const clock = { now: Date.now() };
  const verifier = new TokenVerifier({ issuers: [issuer.url], audience: 'kapok', now: () => clock.now });
  return { issuer, verifier, clock, key: await issuer.addKey() };
}

const refused = (message: RegExp) => ({ code: 'INVALID_CREDENTIAL', message });

t.test('a token of a trusted issuer proves who its subject is', async (t) => {
  const { issuer, verifier, key } = await start(t);
  const token = await issuer.sign(key, { claims: { exp: NOW + 300 } });
  t.strictSame(await verifier.verify(token), {
    subject: `oidc:${issuer.url}#plant-7`,
    expiresAt: new Date((NOW + 300) * 1000),
  });
  t.ok(await verifier.verify(await issuer.sign(key, { claims: { aud: ['other', 'kapok'] }, header: { typ: 'JWT' } })));
  t.ok(await verifier.verify(await issuer.sign(key, { header: { typ: 'application/at+jwt' } })));
});

t.test('keys of the four algorithms are taken, and no other', async (t) => {
  const { issuer, verifier } = await start(t);
  const keys = await Promise.all((['RS256', 'PS256', 'ES256', 'EdDSA'] as Alg[]).map((alg) => issuer.addKey(alg, alg)));
  const other = await issuer.addKey('RS512');
  for (const key of keys) t.ok(await verifier.verify(await issuer.sign(key)), key.alg);
  await t.rejects(verifier.verify(await issuer.sign(other)), refused(/must be signed with RS256/));
});

t.test('the keys are fetched once', async (t) => {
  const { issuer, verifier, key } = await start(t);
  const token = await issuer.sign(key);
  await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
  t.strictSame(issuer.asked, ['/realm/.well-known/openid-configuration', '/realm/keys']);
});

t.test('a token that is not for here, not now, or of no use is refused with the reason', async (t) => {
  const { issuer, verifier, key } = await start(t);
  const rows: [Record<string, unknown>, RegExp][] = [
    [{ aud: 'other' }, /aud/],
    [{ aud: undefined }, /aud/],
    [{ exp: NOW - 31 }, /expired/],
    [{ exp: undefined }, /exp/],
    [{ nbf: NOW + 60 }, /nbf/],
    [{ sub: undefined }, /sub/],
    [{ sub: '' }, /subject/],
    [{ sub: 'a b' }, /subject/],
    [{ sub: '工厂' }, /subject/],
    [{ sub: 'x'.repeat(256) }, /subject/],
    [{ iss: 'https://other.example.invalid' }, /does not trust/],
    [{ iss: `${issuer.url}/` }, /does not trust/],
    [{ iss: undefined }, /does not trust/],
  ];
  for (const [claims, message] of rows)
    await t.rejects(
      verifier.verify(await issuer.sign(key, { claims })),
      refused(message),
      JSON.stringify(claims).slice(0, 60),
    );
  for (const typ of ['logout+jwt', 'dpop+jwt'])
    await t.rejects(verifier.verify(await issuer.sign(key, { header: { typ } })), refused(/no access token/), typ);
});

t.test('clocks may differ by half a minute', async (t) => {
  const { issuer, verifier, key, clock } = await start(t);
  clock.now = NOW * 1000;
  t.ok(await verifier.verify(await issuer.sign(key, { claims: { exp: NOW - 25, nbf: NOW + 25 } })));
});

t.test('a token that is forged, or signed otherwise, is refused', async (t) => {
  const { issuer, verifier, key } = await start(t);
  const token = await issuer.sign(key);
  const [header, payload, signature = ''] = token.split('.');
  const other = await issuer.addKey();
  issuer.keys.pop();
  const claims = { iss: issuer.url, aud: 'kapok', sub: 'plant-7', exp: NOW + 300 };
  const publicKey = await exportSPKI((await importJWK(issuer.keys[0] as never, 'RS256')) as SigningKey['privateKey']);
  const confused = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key.kid });
  const forgeries = [
    `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`,
    `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')}.${signature}`,
    new UnsecuredJWT(claims).encode(),
    await confused.sign(createSecretKey(Buffer.from(publicKey))),
    await issuer.sign({ ...other, kid: key.kid }),
    'a.b.c',
    '',
  ];
  for (const forgery of forgeries)
    await t.rejects(verifier.verify(forgery), { code: 'INVALID_CREDENTIAL' }, forgery.slice(0, 40));
});

t.test('a key that is new is looked for; one that is not there is refused', async (t) => {
  const { issuer, verifier } = await start(t);
  const rotated = await issuer.addKey('ES256', 'rotated');
  t.ok(await verifier.verify(await issuer.sign(rotated)), 'the first fetch brings it');
  const fresh = await start(t);
  const gone = await fresh.issuer.addKey('ES256', 'gone');
  fresh.issuer.keys.pop();
  await t.rejects(fresh.verifier.verify(await fresh.issuer.sign(gone)), refused(/no key of its issuer/));
});

t.test('while keys may not be fetched again, an unknown key is no verdict', async (t) => {
  const { issuer, verifier, key, clock } = await start(t);
  t.ok(await verifier.verify(await issuer.sign(key)));
  const rotated = await issuer.addKey('ES256', 'rotated');
  const token = await issuer.sign(rotated);
  await t.rejects(verifier.verify(token), { code: 'ISSUER_UNAVAILABLE', httpStatus: 503 });
  t.equal(issuer.asked.length, 2, 'a flood of unknown keys is no flood for the issuer');
  clock.now += 10_001;
  t.match(await verifier.verify(token), { subject: `oidc:${issuer.url}#plant-7` });
});

t.test('an issuer that is down, or is not itself, makes no token wrong', async (t) => {
  const { issuer, verifier, key, clock } = await start(t);
  const token = await issuer.sign(key);
  const unavailable = { code: 'ISSUER_UNAVAILABLE', httpStatus: 503, message: /cannot be checked/ };
  issuer.broken = true;
  await t.rejects(verifier.verify(token), unavailable);
  await t.rejects(verifier.verify(token), unavailable);
  t.equal(issuer.asked.length, 1, 'it is left alone for a second');
  issuer.broken = false;
  for (const [name, wrong] of [
    ['issuer', 'https://other.example.invalid'],
    ['jwksUri', 'http://other.example.invalid/keys'],
    ['jwksUri', 'file:///etc/passwd'],
    ['ballast', 300_000],
  ] as const) {
    const right = issuer[name];
    Object.assign(issuer, { [name]: wrong });
    clock.now += 1_001;
    await t.rejects(verifier.verify(token), unavailable, `${name} ${wrong}`);
    Object.assign(issuer, { [name]: right });
  }
  clock.now += 1_001;
  t.ok(await verifier.verify(token), 'and is found when it is back');
  await issuer.close();
  t.ok(await verifier.verify(token), 'its keys are still known');
});

t.test('an issuer that cannot be reached at all is no verdict either', async (t) => {
  const { issuer, verifier, key } = await start(t);
  const token = await issuer.sign(key);
  await issuer.close();
  await t.rejects(verifier.verify(token), { code: 'ISSUER_UNAVAILABLE' });
});
