import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { Database } from '../../../src/database/database.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { MIGRATIONS } from '../../../src/database/migrations-folder.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { PARTITIONABLE } from '../../../src/database/partition/partitionable.ts';
import { startDatabases } from '../../support/database.ts';
import { countParts, fill } from './fill.ts';
import { hold, watch } from './hold.ts';

const databases = await startDatabases(t);

async function emptyDatabase(t: Test): Promise<Database> {
  const database = new Database({ url: await databases.createEmpty(), poolSize: 4 });
  t.teardown(() => database.close());
  return database;
}

/** The migrations up to the one with this number. */
async function migrationsTo(t: Test, last: string): Promise<URL> {
  const folder = t.testdir({});
  await cp(MIGRATIONS, folder, { recursive: true });
  for (const name of await readdir(folder)) if (name.slice(0, 4) > last) await rm(join(folder, name));
  return pathToFileURL(`${folder}/`);
}

/** Columns, constraints, indexes and settings of a table, by the names that a migration knows them by. */
async function shapeOf(database: Database, table: string): Promise<unknown[]> {
  const columns = `select attname, format_type(atttypid, atttypmod) as type, attnotnull, attstorage, attcollation,
      pg_get_expr(d.adbin, d.adrelid) as "default"
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`;
  const constraints = `select conname, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = $1::regclass and contype in ('p', 'u', 'c') order by conname`;
  const indexes = `select replace(pg_get_indexdef(indexrelid), 'ON ONLY', 'ON') as definition, indisvalid from pg_index
    where indrelid = $1::regclass order by 1`;
  return Promise.all([columns, constraints, indexes].map((text) => database.query(text, [table])));
}

t.test('migrations that come later alter partitioned tables as they alter plain ones', async (t) => {
  // With 0009 the last of the tables is there; 0010, 0018 and 0020 alter some of them.
  const [database, plain] = [await emptyDatabase(t), await emptyDatabase(t)];
  await migrate(database, await migrationsTo(t, '0009'));
  await partitionTables(database, { tables: PARTITIONABLE, parts: 2 });
  t.ok((await migrate(database)).includes('0020_transfers.sql'));
  await migrate(plain);
  for (const table of PARTITIONABLE) {
    t.equal(await countParts(database, table), 2, table);
    t.strictSame(await shapeOf(database, table), await shapeOf(plain, table), table);
    t.strictSame(
      await shapeOf(database, `${table}_p1`).then(columnsOf),
      await shapeOf(plain, table).then(columnsOf),
      `parts of ${table}`,
    );
  }
  const view = `select pg_get_viewdef('record_versions'::regclass) as view`;
  t.strictSame(await database.query(view), await plain.query(view));
});

function columnsOf([columns]: unknown[]): unknown {
  return columns;
}

const ALTER = "alter table identifiers add column more text default 'm'";

t.test('a table that is altered while it is copied is copied anew', async (t) => {
  const database = await emptyDatabase(t);
  await migrate(database);
  await fill(database, { prefixes: 2, each: 50 });
  const release = await hold(
    database,
    (tx) => tx.query('set transaction isolation level repeatable read; select 1 from prefixes limit 1'),
    () => Promise.resolve(),
  );
  const { reached, onProgress } = watch('wait', 1);
  const given = { tables: ['identifiers'], parts: 2 } as const;
  const partitioning = partitionTables(database, { ...given, onProgress });
  await reached;
  const more = await migrationsTo(t, '9999');
  await writeFile(new URL('9001_more.sql', more), ALTER);
  t.strictSame(await migrate(database, more), ['9001_more.sql']);
  await release();
  await t.rejects(partitioning, {
    code: 'INVALID_SETTING',
    message: /altered while it was copied.* run the command again/,
  });
  t.equal(await countParts(database, 'identifiers'), 0);
  t.match(await partitionTables(database, given), [{ rows: 100 }]);
  t.strictSame(await database.query('select distinct more from identifiers'), [{ more: 'm' }]);
});
