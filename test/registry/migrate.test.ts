import { cp, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { MIGRATIONS } from '../../src/database/migrations-folder.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);

async function emptyDatabase(t: Test): Promise<Database> {
  const database = new Database({ url: await databases.createEmpty(), poolSize: 10 });
  t.teardown(() => database.close());
  return database;
}

/** A copy of the migrations that a test may alter. */
async function copyMigrations(t: Test): Promise<{ folder: string; url: URL }> {
  const folder = t.testdir({});
  await cp(MIGRATIONS, folder, { recursive: true });
  return { folder, url: pathToFileURL(`${folder}/`) };
}

t.test('migrations are applied once, in order', async (t) => {
  const database = await emptyDatabase(t);
  const names = await migrate(database);
  t.strictSame(names, [...names].sort());
  t.match(names[0], /^0001_/);
  t.strictSame(await migrate(database), []);
});

t.test('processes that start at once apply each migration once', async (t) => {
  const database = await emptyDatabase(t);
  const done = await Promise.all(Array.from({ length: 8 }, () => migrate(database)));
  t.equal(done.filter((names) => names.length > 0).length, 1);
  t.equal((await database.query('select id from node')).length, 1, 'one node lives in the database');
});

t.test('two nodes that start at once on one database both come up, and are one node', async (t) => {
  const settings = { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.createEmpty() };
  const [one, other] = await Promise.all([startTestNode(t, settings), startTestNode(t, settings)]);
  t.equal((await one.call('PUT', '/api/handles/88.101/A', { body: [] })).status, 201);
  t.equal((await other.get('/api/handles/88.101/A')).status, 200);
  t.equal((await one.call('GET', '/api/v1/tokens')).json.tokens.length, 1, 'the token of the environment is kept once');
});

t.test('a new migration is applied to a database that has the earlier ones', async (t) => {
  const database = await emptyDatabase(t);
  await migrate(database);
  const { folder, url } = await copyMigrations(t);
  await writeFile(join(folder, '9001_more.sql'), 'create table more (n integer);');
  t.strictSame(await migrate(database, url), ['9001_more.sql']);
  t.strictSame(await database.query('select n from more'), []);
});

t.test('a migration that was altered after it had been applied is refused', async (t) => {
  const database = await emptyDatabase(t);
  const [first = ''] = await migrate(database);
  const { folder, url } = await copyMigrations(t);
  await writeFile(join(folder, first), 'select 1;');
  await t.rejects(migrate(database, url), { message: `The migration ${first} was altered after it had been applied` });
  t.strictSame(await migrate(database), []);
});

t.test('a database that is newer than the program is refused', async (t) => {
  const database = await emptyDatabase(t);
  const { folder, url } = await copyMigrations(t);
  await writeFile(join(folder, '9001_future.sql'), 'select 1;');
  await migrate(database, url);
  await t.rejects(migrate(database), { message: /9001_future\.sql, which this version does not know/ });
});

t.test('a migration that fails leaves nothing of itself, nor of those before it', async (t) => {
  const database = await emptyDatabase(t);
  const { folder, url } = await copyMigrations(t);
  await writeFile(join(folder, '9001_good.sql'), 'create table good (n integer);');
  await writeFile(join(folder, '9002_bad.sql'), 'create table bad (n integer); select no_such_function();');
  await t.rejects(migrate(database, url), { message: /no_such_function/ });
  const tables = await database.query("select tablename from pg_tables where schemaname = 'public'");
  t.strictSame(tables, []);
  await rename(join(folder, '9002_bad.sql'), join(folder, 'bad.sql'));
  t.match(await migrate(database, url), ['0001_registry.sql']);
});
