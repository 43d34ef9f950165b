import t from 'tap';
import type { Database } from '../../src/database/database.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { readFeed } from '../../src/registry/feed.ts';
import type { NewPrefix } from '../../src/registry/write-prefixes.ts';
import { writePrefixes } from '../../src/registry/write-prefixes.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { Catalogue } from '../../src/search/catalogue.ts';
import { indexStep } from '../../src/search/index-step.ts';
import { Indexer } from '../../src/search/indexer.ts';
import { openDatabase, urlValue, writeOf } from '../registry/open-database.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { entryOf, prefix } from './entries.ts';

const databases = await startDatabases(t);

type Teardown = Parameters<typeof openDatabase>[0];

function hosted(text: string): NewPrefix {
  return { prefix: prefix(text), status: 'active', site: null, ttl: 60, suffixCase: 'insensitive', label: '' };
}

const delegated = (text: string) => ({ ...hosted(text), site: siteOfUrl('http://127.0.0.1:1') });

function startIndexer(t: Teardown, database: Database): Indexer {
  const indexer = new Indexer({
    database,
    catalogue: new Catalogue(),
    onError: (error) => {
      throw error;
    },
  });
  t.teardown(() => indexer.close());
  indexer.start();
  return indexer;
}

async function open(t: Teardown) {
  const { database } = await openDatabase(t, databases);
  await writePrefixes(database, [hosted('88.1'), hosted('88.2')], { actor: SYSTEM });
  return {
    database,
    write: (text: string, data = 'https://example.com/') =>
      writeRecord(
        database,
        writeOf(text, () => ({ values: [urlValue(data)] })),
      ),
  };
}

async function known(database: Database): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select identifier || ' ' || version || ' ' || source as row from catalogue order by prefix, suffix_key`,
  );
  return rows.map(({ row }) => row.trim());
}

async function isUpToDate(database: Database): Promise<boolean> {
  const [row] = await database.query<{ lag: number }>('select feed_head - cursor as lag from node, catalogue_cursor');
  return row?.lag === 0;
}

t.test('what is written is in the catalogue within a second, without a word', async (t) => {
  const { database, write } = await open(t);
  await write('88.1/before');
  const indexer = startIndexer(t, database);
  await until(() => isUpToDate(database));
  await write('88.1/after');
  await write('88.1/after');
  await writeRecord(
    database,
    writeOf('88.1/gone', () => ({ values: null, successor: '88.1/after' })),
  );
  const begun = Date.now();
  await until(async () => (await known(database)).includes('88.1/after 2'));
  t.ok(Date.now() - begun < 3_000);
  await until(() => isUpToDate(database));
  t.strictSame(await known(database), ['88.1/after 2', '88.1/before 1', '88.1/gone 1']);
  await until(() => indexer.progress.lag === 0 && indexer.progress.rows === 3);
});

t.test('many changes go in step by step, and each once', async (t) => {
  const { database, write } = await open(t);
  for (let i = 0; i < 600; i += 20) await Promise.all(Array.from({ length: 20 }, (_, n) => write(`88.1/${i + n}`)));
  startIndexer(t, database);
  await until(() => isUpToDate(database));
  t.equal((await known(database)).length, 600);
  const [state] = await database.query<{ head: number; rows: number }>('select head, rows from catalogue_state');
  t.strictSame(state, { head: 600, rows: 600 });
});

t.test('two processes take turns only when one ends, and the other goes on from its cursor', async (t) => {
  const { database, write } = await open(t);
  const first = startIndexer(t, database);
  const second = startIndexer(t, database);
  for (let i = 0; i < 30; i++) {
    await write(`88.1/${i}`);
    first.wake();
    second.wake();
  }
  await until(() => isUpToDate(database));
  t.equal((await known(database)).length, 30);
  await first.close();
  await write('88.1/late');
  await until(async () => (await known(database)).includes('88.1/late 1'));
});

t.test('a holder that died without a word is replaced', async (t) => {
  const { database, write } = await open(t);
  await database.query(`update catalogue_cursor set holder = gen_random_uuid(), held_until = now() + interval '1 s'`);
  await write('88.1/A');
  startIndexer(t, database);
  await until(async () => (await known(database)).length === 1);
});

t.test('a prefix that moves away takes its own rows along, and brings them back', async (t) => {
  const { database, write } = await open(t);
  for (let i = 0; i < 3; i++) await write(`88.1/${i}`);
  await write('88.2/stays');
  startIndexer(t, database);
  await until(() => isUpToDate(database));
  await writePrefixes(database, [delegated('88.1')], { actor: SYSTEM });
  await until(() => isUpToDate(database));
  t.strictSame(await known(database), ['88.2/stays 1']);

  // What the site's own feed would bring.
  const catalogue = new Catalogue();
  const theirs = entryOf('88.1/theirs', [], { source: prefix('88.1') });
  await database.transaction((tx) => catalogue.apply(tx, [theirs]));
  await writePrefixes(database, [hosted('88.1')], { actor: SYSTEM });
  await until(() => isUpToDate(database));
  t.strictSame(await known(database), ['88.1/0 1', '88.1/1 1', '88.1/2 1', '88.2/stays 1']);
});

/** Follows the feed by hand, so that a test can say what happens between two steps. */
function stepsOf(database: Database) {
  const options = {
    catalogue: new Catalogue(),
    holder: '00000000-0000-4000-8000-000000000001',
    changesAfter: readFeed,
  };
  const step = () => database.transaction((tx) => indexStep(tx, options));
  const all = async () => {
    while ((await step()) !== null);
  };
  return { step, all };
}

/** What an import of so many records leaves behind: one block of the feed. */
async function importRows(database: Database, count: number): Promise<void> {
  const rows = `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)
    select '88.1', n::text, n::text, 1, '[]', false, 60, 'tester' from generate_series(1, $1::int) n`;
  const block = `with head as (update node set feed_head = feed_head + $1::int returning feed_head)
    insert into changes (seq, size, prefix, suffix_keys, versions)
    select feed_head, $1::int, '88.1', array(select n::text from generate_series(1, $1::int) n), array_fill(1::bigint, array[$1::int])
    from head`;
  await database.query(rows, [count]);
  await database.query(block, [count]);
}

t.test('a correction is shown before the import that stands before it, and once', async (t) => {
  const { database, write } = await open(t);
  const { step, all } = stepsOf(database);
  await importRows(database, 2_000);
  await write('88.1/correction');
  await write('88.1/correction', 'https://example.org/');
  await write('88.2/other');
  await step();
  const early = await known(database);
  t.ok(early.length < 2_000, 'the import is not shown yet');
  t.ok(early.includes('88.1/correction 2') && early.includes('88.2/other 1'));
  await write('88.1/correction');
  await step();
  t.ok((await known(database)).includes('88.1/correction 3'), 'nor does one wait that was written meanwhile');
  await all();
  t.ok(await isUpToDate(database));
  t.equal((await known(database)).length, 2_002);
  const [state] = await database.query<{ head: number; rows: number }>('select head, rows from catalogue_state');
  t.strictSame(state, { head: 2_003, rows: 2_002 }, 'each change was put in once');
});

t.test('a prefix that is back before all its own rows are gone has all of them again', async (t) => {
  const { database } = await open(t);
  const { step, all } = stepsOf(database);
  await importRows(database, 3_000);
  await all();
  await writePrefixes(database, [delegated('88.1')], { actor: SYSTEM });
  await step();
  const left = (await known(database)).length;
  t.ok(left > 0 && left < 3_000, `${left} are left`);
  await writePrefixes(database, [hosted('88.1')], { actor: SYSTEM });
  await all();
  t.equal((await known(database)).length, 3_000);
});

t.test('a change that is passed over while its prefix is away is known when it is back', async (t) => {
  const { database, write } = await open(t);
  const { step, all } = stepsOf(database);
  await write('88.1/a');
  await write('88.1/b');
  await all();
  await write('88.1/a', 'https://example.org/');
  await writePrefixes(database, [delegated('88.1')], { actor: SYSTEM });
  await step();
  const taken = entryOf('88.1/B', [], { source: prefix('88.1') });
  await database.transaction((tx) => new Catalogue().apply(tx, [taken]));
  await writePrefixes(database, [hosted('88.1')], { actor: SYSTEM });
  await all();
  t.strictSame(await known(database), ['88.1/a 2', '88.1/b 1']);
});

t.test('suspension moves no row', async (t) => {
  const { database, write } = await open(t);
  await write('88.1/A');
  startIndexer(t, database);
  await until(() => isUpToDate(database));
  await writePrefixes(database, [{ ...hosted('88.1'), status: 'suspended' }], { actor: SYSTEM });
  await until(() => isUpToDate(database));
  t.strictSame(await known(database), ['88.1/A 1']);
  const [state] = await database.query<{ head: number }>('select head from catalogue_state');
  t.equal(state?.head, 1);
});

t.test('indexers and mirrors that write at once neither block each other for good nor lose a number', async (t) => {
  const { database, write } = await open(t);
  const catalogue = new Catalogue();
  const indexer = startIndexer(t, database);
  const mirror = async (w: number) => {
    for (let i = 0; i < 20; i++) {
      const entries = [entryOf(`88.9/${w}-${i}`, [], { source: prefix('88.9') })];
      await database.transaction((tx) => catalogue.apply(tx, entries));
      indexer.wake();
    }
  };
  const own = async () => {
    for (let i = 0; i < 60; i++) await write(`88.1/${i}`);
  };
  await Promise.all([mirror(1), mirror(2), own()]);
  await until(() => isUpToDate(database));
  const [state] = await database.query<{ head: number; rows: number }>('select head, rows from catalogue_state');
  t.strictSame(state, { head: 100, rows: 100 });
});
