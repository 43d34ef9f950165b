import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { MIGRATIONS } from '../../src/database/migrations-folder.ts';
import { FEED_PAGE, readFeed } from '../../src/registry/feed.ts';
import { startDatabases } from '../support/database.ts';
import { countTo, openDatabase } from './open-database.ts';

const databases = await startDatabases(t);

t.test('a block is read change by change, from any number on', async (t) => {
  const { database } = await openDatabase(t, databases);
  await database.query(`insert into changes (seq, size, prefix, suffix_keys, versions) values
    (3, 3, '88.1', '{A,B,C}', '{1,2,3}'), (4, 1, '88.2', null, '{7}'), (6, 2, '88.2', '{D,E}', '{4,5}')`);
  const whole = await readFeed(database, 0);
  t.strictSame(whole, [
    { seq: 1, kind: 'record', key: '88.1/A', version: 1 },
    { seq: 2, kind: 'record', key: '88.1/B', version: 2 },
    { seq: 3, kind: 'record', key: '88.1/C', version: 3 },
    { seq: 4, kind: 'prefix', prefix: '88.2', version: 7 },
    { seq: 5, kind: 'record', key: '88.2/D', version: 4 },
    { seq: 6, kind: 'record', key: '88.2/E', version: 5 },
  ]);
  for (const seq of countTo(6)) t.strictSame(await readFeed(database, seq), whole.slice(seq), `after ${seq}`);
});

t.test('a page ends in the middle of a block, and the next one goes on there', async (t) => {
  const { database } = await openDatabase(t, databases);
  const blocks = 4;
  await database.query(`insert into changes (seq, size, prefix, suffix_keys, versions)
    select b * 2000, 2000, '88.1', array(select 'S' || b || '-' || n from generate_series(1, 2000) as n),
      array_fill(1::bigint, array[2000]) from generate_series(1, ${blocks}) as b`);
  const first = await readFeed(database, 0);
  t.equal(first.length, FEED_PAGE);
  const second = await readFeed(database, first.at(-1)?.seq ?? 0);
  t.strictSame(
    [...first, ...second].map(({ seq }) => seq),
    countTo(blocks * 2000),
  );
  t.match(second[0], { key: '88.1/S3-1001' });
});

t.test('a node of before is brought over: its feed in blocks, its history without the newest versions', async (t) => {
  const database = new Database({ url: await databases.createEmpty(), poolSize: 2 });
  t.teardown(() => database.close());
  const folder = t.testdir({});
  await cp(MIGRATIONS, folder, { recursive: true });
  for (const name of await readdir(folder)) if (name >= '0005') await rm(join(folder, name));
  await migrate(database, pathToFileURL(`${folder}/`));
  // 5,000 rows of an import in one transaction, then single writes and a prefix among them.
  await database.transaction(async (tx) => {
    await tx.query(`insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl)
      select '88.1', 'K' || n, 'k' || n, 1, '[1]', false, 0 from generate_series(1, 5000) as n`);
    await tx.query(`insert into identifier_versions (prefix, suffix_key, version, record, actor)
      select '88.1', 'K' || n, 1, '[1]', 'importer' from generate_series(1, 5000) as n`);
    await tx.query(`insert into changes (seq, prefix, suffix_key, version)
      select n, '88.1', 'K' || n, 1 from generate_series(1, 5000) as n`);
  });
  await database.query("insert into changes (seq, prefix, version) values (5001, '88.1', 2)");
  await database.query("insert into changes (seq, prefix, suffix_key, version) values (5002, '88.1', 'K7', 2)");
  await database.query("insert into changes (seq, prefix, suffix_key, version) values (5003, '88.1', 'K7', 3)");
  await database.query(`insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
    values ('88.1', 'K7', 2, '[2]', null, 'second', '2026-02-02T00:00:00Z'),
      ('88.1', 'K7', 3, null, '88.1/K8', 'third', '2026-03-03T00:00:00Z')`);
  await database.query(
    "update identifiers set version = 3, record = null, successor = '88.1/K8' where suffix_key = 'K7'",
  );
  await database.query('update node set feed_head = 5003');
  const history = `select prefix, suffix_key, version, record::text, successor, actor, written_at from TABLE
    order by suffix_key, version`;
  const before = await database.query(history.replace('TABLE', 'identifier_versions'));
  const feed = await database.query('select seq, prefix, suffix_key, version from changes order by seq');

  await migrate(database);
  t.strictSame(await database.query(history.replace('TABLE', 'record_versions')), before, 'the history is what it was');
  const [kept] = await database.query('select count(*) as n, max(version) as newest from identifier_versions');
  t.strictSame(kept, { n: 2, newest: 2 }, 'only what was superseded is kept beside the records');
  const pages = [await readFeed(database, 0), await readFeed(database, FEED_PAGE)];
  t.strictSame(
    pages.flat().map((change) => {
      const [prefix, suffix_key] = change.kind === 'record' ? change.key.split('/') : [change.prefix, null];
      return { seq: change.seq, prefix, suffix_key, version: change.version };
    }),
    feed,
    'the feed says the same under the same numbers',
  );
  const sizes = await database.query<{ size: number }>('select size from changes order by seq');
  t.strictSame(
    sizes.map(({ size }) => size),
    [2000, 2000, 1000, 1, 1, 1],
  );
});
