import t, { type Test } from 'tap';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { countParts, fill } from './fill.ts';
import { hold, watch } from './hold.ts';

const databases = await startDatabases(t);

/** A filled database, whose identifiers somebody reads in a transaction until it is released. */
async function openInUse(t: Test) {
  const { database } = await openDatabase(t, databases);
  await fill(database, { prefixes: 4, each: 50 });
  const release = await hold(
    database,
    (tx) => tx.query('select 1 from identifiers limit 1'),
    () => Promise.resolve(),
  );
  return { database, release };
}

t.test('a table that is in use is asked for again, and nobody waits long meanwhile', async (t) => {
  const { database, release } = await openInUse(t);
  const { reached, onProgress } = watch('lock', 3);
  const partitioning = partitionTables(database, { tables: ['identifiers'], parts: 2, onProgress });
  await reached;
  t.equal(await countParts(database, 'identifiers'), 0, 'three attempts were given up');
  const [count] = await database.query('select count(*)::int as rows from identifiers');
  t.same(count, { rows: 200 }, 'readers come through between them');
  const write = `update identifiers set actor = 'other' where prefix = '88.1.1' returning 1`;
  t.equal((await database.query(write)).length, 50, 'and writers');
  await release();
  t.match(await partitioning, [{ table: 'identifiers', rows: 200 }]);
  t.equal(await countParts(database, 'identifiers'), 2);
});

t.test('what stays in use is given up with who uses it, and gone on with later', async (t) => {
  const { database, release } = await openInUse(t);
  const given = { tables: ['identifiers'], parts: 2 } as const;
  await t.rejects(partitionTables(database, { ...given, attempts: 2 }), {
    code: 'DATABASE_UNAVAILABLE',
    message:
      /identifiers could not be locked in 2 attempts: process \d+ of the server \("kapok"\) has used it since 2.* goes on from here/,
  });
  t.equal(await countParts(database, 'identifiers'), 0);
  await release();
  t.match(await partitionTables(database, given), [{ rows: 200 }]);
});

t.test('a transaction that looks at the database as it was before still finds all rows', async (t) => {
  const { database } = await openDatabase(t, databases);
  await fill(database, { prefixes: 4, each: 50 });
  // As a deposit does, which comes to this table hours after it has begun.
  const release = await hold(
    database,
    (tx) => tx.query('set transaction isolation level repeatable read; select 1 from prefixes limit 1'),
    (tx) => tx.query<{ rows: number }>('select count(*)::int as rows from identifiers'),
  );
  const { reached, onProgress } = watch('wait', 2);
  const partitioning = partitionTables(database, { tables: ['identifiers'], parts: 2, onProgress });
  await reached;
  t.equal(await countParts(database, 'identifiers'), 0, 'it is waited for');
  t.strictSame(await release(), [{ rows: 200 }]);
  t.match(await partitioning, [{ rows: 200 }]);
});
