import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { SECRET } from '../access/handle/keys.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() });
const folder = t.testdir({ secret: `${SECRET}\n`, wrong: 'wrong', config: {} });
const config = join(folder, 'config');
const credentials = join(config, 'kapok', 'credentials.json');
const pem = join(folder, 'key.pem');

const kapok = (...args: string[]) => runKapok(args, { KAPOK_URL: node.url, XDG_CONFIG_HOME: config });

t.test('a key is made, registered, logged in with, used and logged out', async (t) => {
  const made = await kapok('keygen', '--out', pem);
  t.equal(made.code, 0, made.err);
  const value = JSON.parse(made.out);
  t.match(value, { index: 300, type: 'HS_PUBKEY', data: { format: 'key', value: { kty: 'OKP', crv: 'Ed25519' } } });
  t.equal(statSync(pem).mode & 0o777, 0o600);
  t.match(await kapok('keygen', '--out', pem), { code: 1, err: /exists; it is not overwritten/ });

  const body = [value, { index: 301, type: 'HS_SECKEY', data: SECRET }];
  t.equal((await node.call('PUT', '/api/handles/88.107/ADMIN', { body })).status, 201);
  for (const index of [300, 301]) {
    const grant = { subject: `${index}:88.107/ADMIN`, role: 'registrant', scope: '88.107' };
    await node.call('POST', '/api/v1/grants', { body: grant });
  }
  const register = () => kapok('register', '--prefix', '88.107', '--value', '1:URL=https://a/');
  t.match(await register(), { code: 1 }, 'without a login nobody registers');

  const login = await kapok('login', '--id', '300:88.107/ADMIN', '--key', pem);
  t.match(login, { code: 0, out: /as 300:88\.107\/ADMIN, until 2/ });
  t.equal(statSync(credentials).mode & 0o777, 0o600);
  t.match(JSON.parse(readFileSync(credentials, 'utf8')), { [node.url]: { subject: '300:88.107/ADMIN' } });
  t.match(await register(), { code: 0, out: /^88\.107\// });
  t.notMatch(login.out + login.err, /kapok_/, 'the token is not shown');

  const ordered = () => kapok('register', '--prefix', '88.107', '--value', '1:URL=https://a/', '--key', 'order-1');
  const first = await ordered();
  await kapok('logout');
  await kapok('login', '--id', '300:88.107/ADMIN', '--key', pem);
  t.equal((await ordered()).out, first.out, 'an idempotency key is good for the next login, too');

  t.match(await kapok('logout'), { code: 0, out: /^Logged out/ });
  t.match(JSON.parse(readFileSync(credentials, 'utf8')), {});
  t.match(await register(), { code: 1 });
  t.match(await kapok('logout'), { code: 0, out: /^Nobody is logged in/ });
});

t.test('a secret logs in, and a wrong one leaves what was there', async (t) => {
  const json = await kapok('login', '--id', '301:88.107/ADMIN', '--secret-file', join(folder, 'secret'), '--json');
  t.match(JSON.parse(json.out), { subject: '301:88.107/ADMIN', node: node.url });
  const before = readFileSync(credentials, 'utf8');
  t.match(await kapok('login', '--id', '301:88.107/ADMIN', '--secret-file', join(folder, 'wrong')), {
    code: 1,
    err: /does not verify/,
  });
  t.equal(readFileSync(credentials, 'utf8'), before);
});

t.test('a login that is over is named, whether the node or the calendar ended it', async (t) => {
  const { token, ...login } = JSON.parse(readFileSync(credentials, 'utf8'))[node.url];
  const query = () => kapok('query', '88.107');
  t.equal((await query()).code, 0);
  const { json } = await node.call('GET', '/api/v1/tokens');
  const ofLogin = json.tokens.filter(
    ({ label, revokedAt }: Record<string, unknown>) => label === 'login' && !revokedAt,
  );
  for (const { id } of ofLogin) await node.call('DELETE', `/api/v1/tokens/${id}`);
  const as = `kapok: The login at ${node.url} as 301:88.107/ADMIN`;
  t.strictSame(await query(), {
    ...{ code: 1, out: '' },
    err: `${as} is refused, though it was to last until ${login.expiresAt}: it was taken back; log in again with kapok login (INVALID_CREDENTIAL)\n`,
  });
  const expired = { ...login, token, expiresAt: '2026-01-01T00:00:00.000Z' };
  writeFileSync(credentials, JSON.stringify({ [node.url]: expired }));
  t.match(await query(), {
    ...{ code: 1, out: '' },
    err: `${as} expired at 2026-01-01T00:00:00.000Z; log in again with kapok login (UNAUTHENTICATED)\n`,
  });
  const given = await kapok('query', '88.107', '--token', token);
  t.match(given, { code: 1, err: /^kapok: The credential is wrong/ }, 'a token that was given is no login');
});

t.test('what is missing or unreadable is said', async (t) => {
  t.match(await kapok('login'), { code: 1, err: /One of --key/ });
  t.match(await kapok('login', '--key', pem), { code: 1, err: /--id names the key/ });
  t.match(await kapok('login', '--id', '300:88.107/ADMIN', '--key', join(folder, 'secret')), {
    code: 1,
    err: /in PEM/,
  });
  writeFileSync(credentials, '[');
  t.match(await kapok('token', 'list'), { code: 1, err: /remove it and log in again/ });
});
