import t from 'tap';
import type { Database } from '../../src/database/database.ts';
import { KapokError } from '../../src/errors/kapok-error.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { putValues, removeValues, replaceAll, withdraw } from '../../src/registry/change-values.ts';
import { readFeed } from '../../src/registry/feed.ts';
import { RecordReader } from '../../src/registry/record-reader.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { startDatabases } from '../support/database.ts';
import { countTo, openDatabase, readWholeFeed, urlValue, writeOf } from './open-database.ts';

const databases = await startDatabases(t);
const PREFIX = '88.108' as Prefix;

async function history(database: Database, suffixKey: string) {
  const text = 'select version, record, successor, actor from record_versions where suffix_key = $1 order by version';
  return database.query<{ version: number; record: unknown; successor: string | null; actor: string }>(text, [
    suffixKey,
  ]);
}

t.test('20 creators of one identifier at once write versions 1 to 20, each on top of the one before', async (t) => {
  const { database } = await openDatabase(t, databases);
  const seen: (number | null)[] = [];
  const written = await Promise.all(
    countTo(20).map((n) =>
      writeRecord(
        database,
        writeOf(
          '88.108/race',
          (current) => {
            seen.push(current?.version ?? null);
            return { values: [urlValue(`writer ${n}`)] };
          },
          `writer ${n}`,
        ),
      ),
    ),
  );
  t.strictSame(
    written.map(({ version }) => version).sort((a, b) => a - b),
    countTo(20),
  );
  t.strictSame(seen, [null, ...countTo(19)], 'each saw what the one before had committed');
  t.strictSame(written.filter(({ previous }) => previous === null).length, 1, 'one of them created it');

  const versions = await history(database, 'RACE');
  t.strictSame(
    versions.map(({ version }) => version),
    countTo(20),
    'the history is complete',
  );
  for (const { version, actor, record } of versions) {
    const own = written[Number(actor.split(' ')[1]) - 1];
    t.equal(own?.version, version, `version ${version} is that of ${actor}`);
    t.match(record, [{ data: { value: actor } }]);
  }
  const current = await new RecordReader(database).find({ prefix: PREFIX, suffixKey: 'RACE' });
  t.match(JSON.parse(current?.values ?? ''), versions.at(-1)?.record as object);

  const feed = await readWholeFeed(database);
  t.strictSame(
    feed.rows.map(({ seq }) => seq),
    countTo(20),
    'the feed has no gap',
  );
  t.strictSame(
    feed.rows.map(({ version }) => version),
    countTo(20),
    'and is in the order of the commits',
  );
  t.equal(feed.head, 20);
  t.ok(
    written.every(({ seq, version }) => seq === version),
    'each writer knows its number',
  );
});

t.test('of 20 creators that do not overwrite one wins, and the others leave nothing behind', async (t) => {
  const { database } = await openDatabase(t, databases);
  const results = await Promise.allSettled(
    countTo(20).map((n) =>
      writeRecord(database, writeOf('88.108/once', replaceAll([urlValue(`w${n}`)], { overwrite: false }))),
    ),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  t.equal(refused.length, 19);
  t.ok(refused.every(({ reason }) => reason instanceof KapokError && reason.code === 'ALREADY_EXISTS'));
  t.equal((await history(database, 'ONCE')).length, 1);
  t.strictSame((await readWholeFeed(database)).rows, [{ seq: 1, prefix: '88.108', suffix_key: 'ONCE', version: 1 }]);
});

t.test('20 writers that each add a value lose none', async (t) => {
  const { database } = await openDatabase(t, databases);
  await writeRecord(database, writeOf('88.108/sum', replaceAll([], { overwrite: false })));
  await Promise.all(
    countTo(20).map((n) => {
      return writeRecord(database, writeOf('88.108/sum', putValues([urlValue(`v${n}`, n)], { overwrite: false })));
    }),
  );
  const record = await new RecordReader(database).find({ prefix: PREFIX, suffixKey: 'SUM' });
  t.strictSame(
    JSON.parse(record?.values ?? '').map((value: { index: number }) => value.index),
    countTo(20),
  );
  t.equal(record?.version, 21);
});

t.test(
  'writers of many identifiers get numbers without a gap, in the order in which readers may see them',
  async (t) => {
    const { database } = await openDatabase(t, databases);
    let writing = true;
    const highest: number[] = [];
    const follow = (async () => {
      // A reader by cursor must never find a number below one that it has passed.
      for (let cursor = 0; writing || highest.length < 200; ) {
        const changes = await readFeed(database, cursor);
        for (const { seq } of changes) highest.push(seq);
        cursor = changes.at(-1)?.seq ?? cursor;
      }
    })();
    await Promise.all(
      countTo(200).map((n) => {
        const text = `88.108/${n % 50}`;
        return writeRecord(
          database,
          writeOf(text, () => ({ values: [urlValue(text)] })),
        );
      }),
    );
    writing = false;
    await follow;
    t.strictSame(highest, countTo(200));
    const { rows, head } = await readWholeFeed(database);
    t.equal(head, 200);
    for (const key of countTo(50)) {
      const own = rows.filter((row) => row.suffix_key === String(key % 50)).map((row) => row.version);
      t.strictSame(own, countTo(4), `the versions of ${key % 50} in the feed`);
    }
  },
);

t.test('a refused change leaves no row, no version and no number', async (t) => {
  const { database } = await openDatabase(t, databases);
  const refuse = () => {
    throw new KapokError('NOT_FOUND');
  };
  await t.rejects(writeRecord(database, writeOf('88.108/none', refuse)), { code: 'NOT_FOUND' });
  await t.rejects(writeRecord(database, writeOf('88.108/none', withdraw(undefined))), { code: 'NOT_FOUND' });
  await t.rejects(writeRecord(database, writeOf('88.108/none', removeValues([1]))), { code: 'NOT_FOUND' });
  t.strictSame(await database.query('select suffix from identifiers'), []);
  t.strictSame(await readWholeFeed(database), { head: 0, rows: [] });
  t.equal(
    (
      await writeRecord(
        database,
        writeOf('88.108/none', () => ({ values: [] })),
      )
    ).version,
    1,
  );
});

t.test('withdrawing leaves a tombstone, and registering again goes on counting', async (t) => {
  const { database } = await openDatabase(t, databases);
  const read = () => new RecordReader(database).find({ prefix: PREFIX, suffixKey: 'LIFE' });
  await writeRecord(database, writeOf('88.108/Life', replaceAll([urlValue('a')], { overwrite: false })));
  await writeRecord(database, writeOf('88.108/LIFE', withdraw('88.108/next')));
  t.match(await read(), { version: 2, values: null, successor: '88.108/next', handle: '88.108/Life' });
  await t.rejects(writeRecord(database, writeOf('88.108/life', withdraw(undefined))), { code: 'NOT_FOUND' });
  await t.rejects(writeRecord(database, writeOf('88.108/life', putValues([urlValue('b')], { overwrite: true }))), {
    code: 'NOT_FOUND',
  });
  const again = await writeRecord(database, writeOf('88.108/life', replaceAll([urlValue('c')], { overwrite: false })));
  t.match(again, { version: 3, previous: { version: 2, values: null } });
  t.match(await read(), { version: 3, successor: null, handle: '88.108/Life' });
  const versions = await history(database, 'LIFE');
  t.strictSame(
    versions.map(({ successor }) => successor),
    [null, '88.108/next', null],
  );
  t.strictSame(
    versions.map(({ record }) => record === null),
    [false, true, false],
  );
});

t.test('a record that would hold too much is refused', async (t) => {
  const { database } = await openDatabase(t, databases);
  const many = countTo(2048).map((index) => urlValue('', index));
  await writeRecord(database, writeOf('88.108/full', replaceAll(many, { overwrite: false })));
  const one = putValues([urlValue('', 2049)], { overwrite: false });
  await t.rejects(writeRecord(database, writeOf('88.108/full', one)), {
    code: 'INVALID_VALUE',
    message: /2049 values/,
  });
  const large = (index: number) => putValues([urlValue('x'.repeat(130_000), index)], { overwrite: true });
  await writeRecord(database, writeOf('88.108/large', replaceAll([], { overwrite: false })));
  await writeRecord(database, writeOf('88.108/large', large(1)));
  await writeRecord(database, writeOf('88.108/large', large(2)));
  await t.rejects(writeRecord(database, writeOf('88.108/large', large(3))), { message: /at most 262144/ });
});

t.test('a record is stored as it will be answered, with what a reader must know of it', async (t) => {
  const { database } = await openDatabase(t, databases);
  const secret = { ...urlValue('s', 2), permissions: '1100' } as const;
  const records = {
    PUBLIC: [{ ...urlValue('工业 "\\\n𠮷'), ttl: 60 }],
    SECRET: [urlValue('a'), secret],
    ABSOLUTE: [{ ...urlValue('a'), ttl: '2020-01-01T00:00:00Z' }],
  };
  for (const [suffix, values] of Object.entries(records)) {
    await writeRecord(
      database,
      writeOf(`88.108/${suffix}`, () => ({ values })),
    );
  }
  const reader = new RecordReader(database);
  const [found, hidden, ended, missing] = await Promise.all(
    [...Object.keys(records), 'MISSING'].map((suffixKey) => reader.find({ prefix: PREFIX, suffixKey })),
  );
  t.equal(found?.values, JSON.stringify(records.PUBLIC));
  t.match(found, { key: '88.108/PUBLIC', hasPrivate: false, ttl: 60, version: 1 });
  t.match(hidden, { hasPrivate: true, ttl: 86_400 });
  t.match(ended, { ttl: 0 });
  t.equal(missing, null);
});
