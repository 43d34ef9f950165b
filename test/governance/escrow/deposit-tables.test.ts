import t from 'tap';
import { DEPOSITED, LEFT_OUT } from '../../../src/governance/escrow/deposit-tables.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';

const { database } = await openDatabase(t, await startDatabases(t));

t.test('every table of a node is deposited, or left out with a reason', async (t) => {
  const text = `select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'`;
  const tables = (await database.query<{ name: string }>(text)).map(({ name }) => name);
  const listed = [...DEPOSITED.map(({ table }) => table), ...Object.keys(LEFT_OUT)];
  t.strictSame(
    tables.filter((name) => !listed.includes(name)),
    [],
    'a new table belongs into src/governance/escrow/deposit-tables.ts',
  );
  t.strictSame(
    listed.filter((name) => !tables.includes(name)),
    [],
    'is listed and does not exist',
  );
  t.equal(new Set(listed).size, listed.length, 'no table is listed twice');
  for (const [table, reason] of Object.entries(LEFT_OUT)) t.match(reason, /^\w.{9,}/, table);
});

t.test('the columns that the list names exist', async (t) => {
  const text = `select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = $1`;
  for (const { table, how, without = [], ...more } of DEPOSITED) {
    const columns = (await database.query<{ name: string }>(text, [table])).map(({ name }) => name);
    const keys = how === 'records' ? [more.prefix ?? 'prefix', more.suffixKey ?? 'suffix_key'] : [];
    const named = [
      ...keys,
      ...without,
      ...(more.named ?? []),
      ...[more.number, more.bytes, more.storedAt].filter((name) => name !== undefined),
    ];
    t.strictSame(
      named.filter((name) => !columns.includes(name)),
      [],
      table,
    );
  }
});

t.test('nothing counts outside of the tables', async (t) => {
  t.strictSame(await database.query('select sequencename from pg_sequences where schemaname = current_schema()'), []);
});
