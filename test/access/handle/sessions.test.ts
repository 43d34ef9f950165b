import { createHash } from 'node:crypto';
import t from 'tap';
import { authenticateSession, closeSession, findSession, openSession } from '../../../src/access/handle/sessions.ts';
import { Database } from '../../../src/database/database.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { startDatabases } from '../../support/database.ts';

const databases = await startDatabases(t);
const database = new Database({ url: await databases.create(), poolSize: 10 });
t.teardown(() => database.close());
await migrate(database);

const SUBJECT = '300:88.1/ADMIN';
const proof = (text: string) => createHash('sha256').update(text).digest();
const count = async (where = 'true') =>
  (await database.query<{ n: number }>(`select count(*) as n from sessions where ${where}`))[0]?.n;

t.test('a session is 128 random bits, of which only the hash is stored, and has a nonce of as many', async (t) => {
  const { id, nonce } = await openSession(database);
  t.match(id, /^[A-Za-z0-9_-]{22}$/);
  t.equal(nonce.length, 16);
  t.strictSame(await findSession(database, id), { id, nonce, subject: null, proof: null });
  const [row] = await database.query<{ row: string }>('select s::text as row from sessions s where nonce = $1', [
    nonce,
  ]);
  t.notMatch(row?.row, id);
});

t.test('a proof gives the session its subject and another nonce', async (t) => {
  const session = await openSession(database);
  const authenticated = await authenticateSession(database, session, { subject: SUBJECT, proof: proof('a') });
  t.match(authenticated, { id: session.id, subject: SUBJECT });
  t.notSame(authenticated?.nonce, session.nonce);
  t.strictSame(await findSession(database, session.id), authenticated);
});

t.test('of twenty proofs over one nonce one counts', async (t) => {
  const session = await openSession(database);
  const tries = Array.from({ length: 20 }, (_, i) => {
    return authenticateSession(database, session, { subject: `${i}:88.1/ADMIN`, proof: proof(`${i}`) });
  });
  const done = (await Promise.all(tries)).filter((result) => result !== null);
  t.equal(done.length, 1);
  t.equal((await findSession(database, session.id))?.subject, done[0]?.subject);
});

t.test('a session that is closed, has ended, or never was, is none', async (t) => {
  const { id, nonce } = await openSession(database);
  t.equal(await closeSession(database, id), true);
  t.equal(await closeSession(database, id), false);
  t.equal(await findSession(database, id), null);
  t.equal(
    await authenticateSession(database, { id, nonce, subject: null, proof: null }, { subject: SUBJECT, proof: nonce }),
    null,
  );
  for (const unknown of ['', 'x', 'A'.repeat(22), 'A'.repeat(10_000), "'; drop table sessions"])
    t.equal(await findSession(database, unknown), null, unknown.slice(0, 22));
  const ended = await openSession(database);
  await database.query('update sessions set expires_at = now()');
  t.equal(await findSession(database, ended.id), null);
  t.equal(await closeSession(database, ended.id), false);
  t.equal(await authenticateSession(database, ended, { subject: SUBJECT, proof: proof('x') }), null);
});

t.test('those that have ended are removed in passing', async (t) => {
  for (let i = 0; i < 5; i++) await openSession(database);
  await database.query('update sessions set expires_at = now()');
  await openSession(database);
  t.equal(await count(), 1);
});

t.test('those that wait for a proof are bounded, and a flood of them ends none that has one', async (t) => {
  const kept = await openSession(database);
  await authenticateSession(database, kept, { subject: SUBJECT, proof: proof('x') });
  await database.query(`insert into sessions (hash, nonce, expires_at)
    select sha256(n::text::bytea), '\\x00', now() + interval '1 minute' + n * interval '1 millisecond' from generate_series(1, 10005) n`);
  const newest = await openSession(database);
  t.equal(await count('subject is null'), 10_000);
  t.ok(await findSession(database, newest.id));
  t.ok(await findSession(database, kept.id));
});

t.test('those of one subject are bounded too', async (t) => {
  await database.query(
    `insert into sessions (hash, nonce, subject, expires_at)
    select sha256(('s' || n)::bytea), '\\x00', $1, now() + interval '1 minute' from generate_series(1, 1005) n`,
    [SUBJECT],
  );
  const session = await openSession(database);
  await authenticateSession(database, session, { subject: SUBJECT, proof: proof('y') });
  t.equal(await count(`subject = '${SUBJECT}'`), 1_000);
  t.ok(await findSession(database, session.id));
});
