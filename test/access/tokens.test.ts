import { createHash } from 'node:crypto';
import t from 'tap';
import {
  covers,
  createFirstToken,
  createToken,
  findCaller,
  governs,
  listTokens,
  revokeToken,
  type Scope,
  storeToken,
} from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';
import { startDatabases } from '../support/database.ts';

const databases = await startDatabases(t);
const CHOSEN = `kapok_${'x'.repeat(43)}`;

async function openDatabase(t: { teardown(work: () => Promise<unknown>): void }): Promise<Database> {
  const database = new Database({ url: await databases.create(), poolSize: 8 });
  t.teardown(() => database.close());
  await migrate(database);
  return database;
}

t.test('a scope covers its prefix and all below it, by whole labels', async (t) => {
  const may = (scope: string, prefix: string) => covers({ id: '1', scope: scope as Scope }, prefix as Prefix);
  t.ok(may('88.106', '88.106'));
  t.ok(may('88.106', '88.106.32902'));
  t.notOk(may('88.106', '88.1061'));
  t.notOk(may('88.106', '88.10'));
  t.notOk(may('88.106', '88'));
  t.notOk(may('88.106', '0.NA'));
  t.ok(may('', '88'));
});

t.test('a scope governs what is below it, and not itself', async (t) => {
  const may = (scope: string, prefix: string) => governs({ id: '1', scope: scope as Scope }, prefix as Prefix);
  t.notOk(may('88.106', '88.106'));
  t.ok(may('88.106', '88.106.1'));
  t.ok(may('88.106', '88.106.1.2'));
  t.notOk(may('88.106', '88.107'));
  t.ok(may('', '88'));
});

t.test('a token is 256 random bits behind a mark, and only its hash is stored', async (t) => {
  const database = await openDatabase(t);
  const scope = parsePrefix('88.106');
  const { token, id } = await createToken(database, { scope, label: 'plant' });
  t.match(token, /^kapok_[A-Za-z0-9_-]{43}$/);
  t.strictSame(await findCaller(database, token), { id, scope });
  const rows = await database.query<{ hash: Buffer; row: string }>('select hash, t::text as row from tokens t');
  t.equal(rows.length, 1);
  t.strictSame(rows[0]?.hash, createHash('sha256').update(token).digest());
  t.notMatch(rows[0]?.row, token.slice(6));
  t.notMatch(JSON.stringify(await listTokens(database)), token.slice(6));
});

t.test('an unknown, malformed, expired or revoked token stands for nobody', async (t) => {
  const database = await openDatabase(t);
  const expired = await createToken(database, { scope: '', label: 'old', expiresAt: new Date(Date.now() - 1000) });
  const revoked = await createToken(database, { scope: '', label: 'lost' });
  t.equal(await revokeToken(database, revoked.id), true);
  t.equal(await revokeToken(database, revoked.id), false);
  t.equal(await revokeToken(database, '00000000-0000-4000-8000-000000000000'), false);
  const good = await createToken(database, { scope: '', label: 'good', expiresAt: new Date(Date.now() + 60_000) });
  for (const token of [expired.token, revoked.token, CHOSEN, '', 'kapok_', good.token.slice(1), `${good.token}x`]) {
    t.equal(await findCaller(database, token), null, token.slice(0, 12));
  }
  t.equal((await findCaller(database, good.token))?.id, good.id);
});

t.test('the list tells when a token was made, expires and was revoked', async (t) => {
  const database = await openDatabase(t);
  const expiresAt = new Date('2031-01-01T00:00:00Z');
  const { id } = await createToken(database, { scope: parsePrefix('88.106'), label: '工厂', expiresAt });
  await createToken(database, { scope: '', label: 'second' });
  await revokeToken(database, id);
  const [first, second] = await listTokens(database);
  t.match(first, { id, scope: '88.106', label: '工厂' });
  t.equal(Date.parse(first?.expiresAt ?? ''), expiresAt.getTime());
  t.ok(Math.abs(Date.parse(first?.revokedAt ?? '') - Date.now()) < 60_000);
  t.match(second, { scope: '', label: 'second', expiresAt: null, revokedAt: null });
});

t.test('processes that start at once make one first token', async (t) => {
  const database = await openDatabase(t);
  const made = await Promise.all(Array.from({ length: 8 }, () => createFirstToken(database)));
  const tokens = made.filter((token) => token !== null);
  t.equal(tokens.length, 1);
  t.match(await findCaller(database, tokens[0] ?? ''), { scope: '' });
  t.equal(await createFirstToken(database), null);
});

t.test('processes that start at once keep a chosen token once, so that revoking it once is enough', async (t) => {
  const database = await openDatabase(t);
  const keep = () => storeToken(database, { token: CHOSEN, scope: '', label: 'chosen' });
  await Promise.all(Array.from({ length: 8 }, keep));
  const [row, ...others] = await listTokens(database);
  t.strictSame(others, []);
  await revokeToken(database, row?.id ?? '');
  t.equal(await findCaller(database, CHOSEN), null);
  await keep();
  t.equal(await findCaller(database, CHOSEN), null, 'a restart does not bring a revoked token back');
});
