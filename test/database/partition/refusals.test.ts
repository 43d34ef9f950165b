import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { Database } from '../../../src/database/database.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import type { Partitionable } from '../../../src/database/partition/partitionable.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';

const databases = await startDatabases(t);
const { database, url } = await openDatabase(t, databases);

const refuse = async (
  t: Test,
  reason: RegExp,
  { parts = 2, tables = ['identifiers'], at = database }: { parts?: number; tables?: Partitionable[]; at?: Database },
) => {
  await t.rejects(partitionTables(at, { tables, parts }), { code: 'INVALID_SETTING', message: reason });
  t.strictSame(
    await database.query(`select to_regclass('partitioning') as state, to_regclass('identifiers_partitioned') as made`),
    [{ state: null, made: null }],
    'nothing was begun',
  );
};

t.test('a number of parts that cannot be is refused', async (t) => {
  for (const parts of [0, 1, 3, -8, 2.5, 12, 2_048, Number.NaN])
    await refuse(t, /a power of two from 2 to 1024/, { parts });
});

t.test('more parts than the server has locks for are refused, with the setting that they need', async (t) => {
  const [row] = await database.query<{ room: number }>(
    `select current_setting('max_locks_per_transaction')::int as room`,
  );
  const room = row?.room ?? 0;
  if (room >= 2_048) throw new Error('This server has room for all that may be asked for');
  await refuse(t, /1024 parts of identifiers need max_locks_per_transaction = 2048 or more, and the server has \d+/, {
    parts: 1_024,
  });
});

t.test('a database that is not that of a node is refused', async (t) => {
  const other = new Database({ url: await databases.createEmpty(), poolSize: 1 });
  t.teardown(() => other.close());
  await refuse(t, /There is no table identifiers: this is not the database of a node/, { at: other });
});

t.test('a role without the rights is told who has them', async (t) => {
  const role = `kapok_test_${randomBytes(6).toString('hex')}`;
  await database.query(`create role ${role} login password 'of-a-test'`);
  t.teardown(() => database.query(`drop owned by ${role}; drop role ${role}`));
  const as = new URL(url);
  const owner = as.username;
  as.username = role;
  as.password = 'of-a-test';
  const other = new Database({ url: as.href, poolSize: 1 });
  t.teardown(() => other.close());
  await refuse(t, new RegExp(`"${role}" may not create tables in the schema "public"`), { at: other });
  await database.query(`grant create on schema public to ${role}`);
  await refuse(t, new RegExp(`"${role}" does not own the table identifiers: connect as "${owner}"`), { at: other });
});

t.test('what the partitioned table could not keep is named', async (t) => {
  const cases: [add: string, reason: RegExp, remove: string][] = [
    [
      'create table more (prefix text, suffix_key text, foreign key (prefix, suffix_key) references identifiers)',
      /would not have: the foreign key more_prefix_suffix_key_fkey$/,
      'drop table more',
    ],
    ['create unique index all_keys on identifiers (suffix_key)', /the unique index all_keys/, 'drop index all_keys'],
    [
      'create trigger own before update on identifiers for each row execute function suppress_redundant_updates_trigger()',
      /the trigger own$/,
      'drop trigger own on identifiers',
    ],
    [
      'create policy own on identifiers; alter table identifiers enable row level security',
      /the policy own$/,
      'drop policy own on identifiers; alter table identifiers disable row level security',
    ],
    [
      'create materialized view seen as select prefix from identifiers',
      /the materialized view seen$/,
      'drop materialized view seen',
    ],
    ['create table heir () inherits (identifiers)', /tables that inherit from it$/, 'drop table heir'],
    ['create publication told for table identifiers', /the publication told$/, 'drop publication told'],
    [
      'grant select (prefix) on identifiers to pg_monitor',
      /rights of columns, such as those of prefix$/,
      'revoke select (prefix) on identifiers from pg_monitor',
    ],
  ];
  for (const [add, reason, remove] of cases) {
    await database.query(add);
    await refuse(t, reason, {});
    await database.query(remove);
  }
});

t.test('a table that is partitioned already is refused, and left alone when others are not', async (t) => {
  await partitionTables(database, { tables: ['files'], parts: 2 });
  await refuse(t, /Partitioned already, into 2 parts: files/, { tables: ['files'] });
  await refuse(t, /files is partitioned already, into 2 parts/, { tables: ['unique_values', 'files'], parts: 4 });
  const [unique] = await partitionTables(database, { tables: ['files', 'unique_values'], parts: 2 });
  t.match(unique, { table: 'unique_values', parts: 2, rows: 0 });
});
