import t from 'tap';
import type { Database, Queryable } from '../../../src/database/database.ts';
import { type PartitionProgress, partitionTables } from '../../../src/database/partition/partition-table.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { countParts, fill } from './fill.ts';

const databases = await startDatabases(t);

/** A transaction that stays open until what this answers is called, which gives what `work` answers then. */
async function hold<T>(
  database: Database,
  begin: (tx: Queryable) => Promise<unknown>,
  work: (tx: Queryable) => Promise<T>,
): Promise<() => Promise<T>> {
  const [release, begun] = [gate(), gate()];
  const ended = database.transaction(async (tx) => {
    await tx.query('set local idle_in_transaction_session_timeout = 0');
    await begin(tx);
    begun.open();
    await release.opened;
    return work(tx);
  });
  await Promise.race([begun.opened, ended]);
  return () => {
    release.open();
    return ended;
  };
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves when so many steps of this kind were told. */
function watch(step: PartitionProgress['step'], times: number) {
  const reached = gate();
  let told = 0;
  const onProgress = (progress: PartitionProgress) => {
    if (progress.step === step && ++told === times) reached.open();
  };
  return { reached: reached.opened, onProgress };
}

t.test('a table that is in use is asked for again, and nobody waits long meanwhile', async (t) => {
  const { database } = await openDatabase(t, databases);
  await fill(database, { prefixes: 4, each: 50 });
  const release = await hold(
    database,
    (tx) => tx.query('select 1 from identifiers limit 1'),
    () => Promise.resolve(),
  );
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
  const { database } = await openDatabase(t, databases);
  await fill(database, { prefixes: 4, each: 50 });
  const release = await hold(
    database,
    (tx) => tx.query('select 1 from identifiers limit 1'),
    () => Promise.resolve(),
  );
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
