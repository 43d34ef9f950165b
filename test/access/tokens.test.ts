import { createHash } from 'node:crypto';
import t from 'tap';
import { createGrant } from '../../src/access/grants.ts';
import {
  createFirstToken,
  createToken,
  findTokenCaller,
  listTokens,
  revokeToken,
  storeOperatorToken,
} from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { startDatabases } from '../support/database.ts';

const databases = await startDatabases(t);
const CHOSEN = `kapok_${'x'.repeat(43)}`;

async function openDatabase(t: { teardown(work: () => Promise<unknown>): void }): Promise<Database> {
  const database = new Database({ url: await databases.create(), poolSize: 8 });
  t.teardown(() => database.close());
  await migrate(database);
  return database;
}

t.test('a token is 256 random bits behind a mark, and only its hash is stored', async (t) => {
  const database = await openDatabase(t);
  const scope = parsePrefix('88.106');
  const { token, id } = await createToken(database, { scope, role: 'registrant', label: 'plant', by: SYSTEM });
  t.match(token, /^kapok_[A-Za-z0-9_-]{43}$/);
  t.strictSame(await findTokenCaller(database, token), {
    ...{ id, subject: null },
    grants: [{ role: 'registrant', scope }],
    organisations: [],
  });
  const rows = await database.query<{ hash: Buffer; row: string }>('select hash, t::text as row from tokens t');
  t.equal(rows.length, 1);
  t.strictSame(rows[0]?.hash, createHash('sha256').update(token).digest());
  t.notMatch(rows[0]?.row, token.slice(6));
  t.notMatch(JSON.stringify(await listTokens(database, [''])), token.slice(6));
});

t.test('an unknown, malformed, expired or revoked token stands for nobody', async (t) => {
  const database = await openDatabase(t);
  const expired = await createToken(database, {
    scope: '',
    role: 'operator',
    label: 'old',
    expiresAt: new Date(Date.now() - 1000),
    by: SYSTEM,
  });
  const revoked = await createToken(database, { scope: '', role: 'operator', label: 'lost', by: SYSTEM });
  t.equal(await revokeToken(database, revoked.id, SYSTEM), true);
  t.equal(await revokeToken(database, revoked.id, SYSTEM), false);
  t.equal(await revokeToken(database, '00000000-0000-4000-8000-000000000000', SYSTEM), false);
  const good = await createToken(database, {
    scope: '',
    role: 'operator',
    label: 'good',
    expiresAt: new Date(Date.now() + 60_000),
    by: SYSTEM,
  });
  for (const token of [expired.token, revoked.token, CHOSEN, '', 'kapok_', good.token.slice(1), `${good.token}x`]) {
    t.equal(await findTokenCaller(database, token), null, token.slice(0, 12));
  }
  t.equal((await findTokenCaller(database, good.token))?.id, good.id);
});

t.test('the list tells when a token was made, expires and was revoked', async (t) => {
  const database = await openDatabase(t);
  const expiresAt = new Date('2031-01-01T00:00:00Z');
  const { id } = await createToken(database, {
    scope: parsePrefix('88.106'),
    role: 'device',
    label: '工厂',
    expiresAt,
    by: SYSTEM,
  });
  await createToken(database, { scope: '', role: 'operator', label: 'second', by: SYSTEM });
  await revokeToken(database, id, SYSTEM);
  const [first, second] = await listTokens(database, ['']);
  t.match(first, { id, scope: '88.106', role: 'device', label: '工厂', lastUsedAt: null });
  t.equal(Date.parse(first?.expiresAt ?? ''), expiresAt.getTime());
  t.ok(Math.abs(Date.parse(first?.revokedAt ?? '') - Date.now()) < 60_000);
  t.match(second, { scope: '', role: 'operator', label: 'second', expiresAt: null, revokedAt: null });
});

t.test('processes that start at once make one first token', async (t) => {
  const database = await openDatabase(t);
  const made = await Promise.all(Array.from({ length: 8 }, () => createFirstToken(database)));
  const tokens = made.filter((token) => token !== null);
  t.equal(tokens.length, 1);
  t.match(await findTokenCaller(database, tokens[0] ?? ''), { grants: [{ role: 'operator', scope: '' }] });
  t.equal(await createFirstToken(database), null);
});

t.test('processes that start at once keep a chosen token once, so that revoking it once is enough', async (t) => {
  const database = await openDatabase(t);
  const keep = () => storeOperatorToken(database, CHOSEN, 'chosen');
  await Promise.all(Array.from({ length: 8 }, keep));
  const [row, ...others] = await listTokens(database, ['']);
  t.strictSame(others, []);
  await revokeToken(database, row?.id ?? '', SYSTEM);
  t.equal(await findTokenCaller(database, CHOSEN), null);
  await keep();
  t.equal(await findTokenCaller(database, CHOSEN), null, 'a restart does not bring a revoked token back');
});

t.test('a list is of the tokens within the scopes of who asks', async (t) => {
  const database = await openDatabase(t);
  for (const scope of ['88.106', '88.106.1', '88.1061']) {
    await createToken(database, { scope: parsePrefix(scope), role: 'registrant', label: scope, by: SYSTEM });
  }
  await createToken(database, { scope: '', role: 'operator', label: 'all', by: SYSTEM });
  const listed = await listTokens(database, [parsePrefix('88.106')]);
  t.strictSame(
    listed.map(({ scope }) => scope),
    ['88.106', '88.106.1'],
  );
  t.equal((await listTokens(database, [''])).length, 4);
});

t.test('a token of a subject has what the subject was granted, also later', async (t) => {
  const database = await openDatabase(t);
  const subject = '300:88.106.1/ADMIN';
  const { token, id } = await createToken(database, { subject, label: 'login', by: SYSTEM });
  t.strictSame(await findTokenCaller(database, token), { id, subject, grants: [], organisations: [] });
  await createGrant(database, { subject, role: 'registrant', scope: parsePrefix('88.106.1'), by: SYSTEM });
  t.strictSame((await findTokenCaller(database, token))?.grants, [{ role: 'registrant', scope: '88.106.1' }]);
});

t.test('the last use of a token is shown, and written once a minute', async (t) => {
  const database = await openDatabase(t);
  const { token } = await createToken(database, { scope: '', role: 'auditor', label: 'used', by: SYSTEM });
  const used = async () => (await listTokens(database, ['']))[0]?.lastUsedAt;
  t.equal(await used(), null);
  await findTokenCaller(database, token);
  const first = await used();
  t.ok(Math.abs(Date.parse(first ?? '') - Date.now()) < 60_000);
  await findTokenCaller(database, token);
  t.equal(await used(), first);
  await database.query("update tokens set last_used_at = last_used_at - interval '2 minutes'");
  await findTokenCaller(database, token);
  t.ok(Date.parse((await used()) ?? '') > Date.parse(first ?? '') - 60_000);
});
