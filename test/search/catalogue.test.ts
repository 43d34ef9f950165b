import t from 'tap';
import type { Database } from '../../src/database/database.ts';
import { Catalogue } from '../../src/search/catalogue.ts';
import type { CatalogueEntry } from '../../src/search/catalogue-entry.ts';
import { bucketOf } from '../../src/search/digest.ts';
import { openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { entryOf, prefix } from './entries.ts';

const databases = await startDatabases(t);

type Row = {
  identifier: string;
  version: number;
  source: string;
  seq: number;
  status: string;
  owner: string | null;
  name: string;
  template: string | null;
  record: unknown[];
  digest: string;
  bucket: number;
  public_terms: string;
  private_terms: string | null;
  public_facts: string[];
  private_facts: string[];
};

function rowsOf(database: Database): Promise<Row[]> {
  return database.query<Row>(`select identifier, version, source, seq, status, owner, name, template, record, digest::text,
    bucket, public_terms::text, private_terms::text, public_facts, private_facts from catalogue order by seq`);
}

async function open(t: Parameters<typeof openDatabase>[0]) {
  const { database } = await openDatabase(t, databases);
  const catalogue = new Catalogue();
  const apply = (...entries: CatalogueEntry[]) => database.transaction((tx) => catalogue.apply(tx, entries));
  return { database, catalogue, apply };
}

t.test('a row says what is public, and finds what is private only by columns of its own', async (t) => {
  const { database, apply } = await open(t);
  await apply(
    entryOf('88.1/A', [
      ['NAME', '深沟球轴承'],
      ['SECRET_NOTE', 'hidden words', '1100'],
      ['PASSWORD', 'unreadable', '0000'],
    ]),
  );
  const [row] = await rowsOf(database);
  t.match(row, { identifier: '88.1/A', name: '深沟球轴承', status: 'active', owner: 'tester', seq: 1 });
  t.equal(row?.record.length, 1);
  t.notMatch(row?.public_terms, /hidden/);
  t.match(row?.private_terms, /hidden/);
  t.notMatch(row?.private_terms, /unreadable/);
  t.ok(row?.public_facts.includes('y:NAME'));
  t.notOk(row?.public_facts.includes('y:SECRET_NOTE'));
  t.ok(row?.private_facts.includes('y:SECRET_NOTE'));
  t.ok(row?.private_facts.includes('o:tester'));
  t.notOk(row?.private_facts.includes('y:PASSWORD'));
});

t.test('an older version, and the same once more, change nothing; numbers have no holes', async (t) => {
  const { database, apply } = await open(t);
  t.equal(await apply(entryOf('88.1/A', [['NAME', 'two']], { version: 2 }), entryOf('88.1/B', [['NAME', 'b']])), 2);
  t.equal(await apply(entryOf('88.1/A', [['NAME', 'one']], { version: 1 })), 0);
  t.equal(await apply(entryOf('88.1/A', [['NAME', 'two']], { version: 2 })), 0);
  t.equal(
    await apply(
      entryOf('88.1/A', [['NAME', 'four']], { version: 4 }),
      entryOf('88.1/A', [['NAME', 'three']], { version: 3 }),
    ),
    1,
  );
  const rows = await rowsOf(database);
  t.strictSame(
    rows.map(({ identifier, name, seq }) => [identifier, name, seq]),
    [
      ['88.1/B', 'b', 2],
      ['88.1/A', 'four', 3],
    ],
  );
});

t.test('the same version with other content repairs the row', async (t) => {
  const { database, apply } = await open(t);
  await apply(entryOf('88.1/A', [['NAME', 'wrong']], { source: prefix('88.1') }));
  t.equal(await apply(entryOf('88.1/A', [['NAME', 'right']], { source: prefix('88.1') })), 1);
  t.match(await rowsOf(database), [{ name: 'right' }]);
});

t.test('a mirrored entry loses what it should not have brought: private values and an owner', async (t) => {
  const { database, apply } = await open(t);
  const source = prefix('88.1');
  await apply(
    entryOf(
      '88.1/A',
      [
        ['NAME', 'public'],
        ['NOTE', 'private', '1100'],
      ],
      { source },
    ),
  );
  const [row] = await rowsOf(database);
  t.match(row, { source: '88.1', owner: null, private_terms: null, private_facts: [] });
  t.equal(row?.record.length, 1);
  t.notMatch(JSON.stringify(row), /"private"|'private'/);
});

t.test('another source takes a row over, also with a lower version', async (t) => {
  const { database, apply } = await open(t);
  await apply(entryOf('88.1/A', [['NAME', 'own']], { version: 9 }));
  await apply(entryOf('88.1/A', [['NAME', 'theirs']], { version: 1, source: prefix('88.1') }));
  t.match(await rowsOf(database), [{ name: 'theirs', source: '88.1', version: 1, seq: 2 }]);
});

t.test('two nodes that say the same of an identifier have the same digest, whatever is private', async (t) => {
  const child = await open(t);
  const parent = await open(t);
  await child.apply(
    entryOf('88.1/A', [
      ['NAME', 'same'],
      ['NOTE', 'private', '1100'],
    ]),
  );
  await parent.apply(entryOf('88.1/Z', []), entryOf('88.1/A', [['NAME', 'same']], { source: prefix('88.1') }));
  const [[own], mirrored] = await Promise.all([rowsOf(child.database), rowsOf(parent.database)]);
  const [, theirs] = mirrored;
  t.equal(own?.digest, theirs?.digest);
  t.equal(own?.bucket, theirs?.bucket);
  t.equal(own?.bucket, bucketOf({ prefix: prefix('88.1'), suffixKey: 'A' }));
});

t.test('twenty writers at once leave numbers without holes', async (t) => {
  const { database, apply } = await open(t);
  const writers = Array.from({ length: 20 }, (_, w) =>
    apply(
      ...Array.from({ length: 10 }, (_, i) =>
        entryOf(`88.1/${(w + i) % 25}-${w % 2}`, [['NAME', `${w}`]], { version: w + 1 }),
      ),
    ),
  );
  const changed = (await Promise.all(writers)).reduce((sum, n) => sum + n, 0);
  const [state] = await database.query<{ head: number }>('select head from catalogue_state');
  t.equal(state?.head, changed);
  const seqs = (await rowsOf(database)).map(({ seq }) => seq);
  t.equal(new Set(seqs).size, seqs.length);
});

t.test('a tombstone stays with its successor and is found by no word', async (t) => {
  const { database, apply } = await open(t);
  await apply(entryOf('88.1/A', [['NAME', 'gone']]));
  await apply(entryOf('88.1/A', [], { version: 2, values: null, successor: '88.1/B' }));
  t.match(await rowsOf(database), [{ status: 'tombstone', public_terms: '', record: [] }]);
});

t.test('rows of one source are taken out by key', async (t) => {
  const { database, catalogue, apply } = await open(t);
  await apply(entryOf('88.1/A', []), entryOf('88.2/A', [], { source: prefix('88.2') }));
  const keys = [
    { prefix: prefix('88.1'), suffixKey: 'A' },
    { prefix: prefix('88.2'), suffixKey: 'A' },
  ];
  t.equal(await database.transaction((tx) => catalogue.remove(tx, prefix('88.2'), keys)), 1);
  t.match(await rowsOf(database), [{ identifier: '88.1/A' }]);
});

t.test('words are learnt from what is public alone, with the size of their number', async (t) => {
  const { database, apply } = await open(t);
  for (let i = 0; i < 9; i++)
    await apply(
      entryOf(`88.1/${i}`, [
        ['NAME', 'bearing 轴承'],
        ['NOTE', 'secretword', '1100'],
      ]),
    );
  const rows = await database.query<{ term: string; documents: number }>('select term, documents from vocabulary');
  const counts = Object.fromEntries(rows.map(({ term, documents }) => [term, documents]));
  t.notOk(Object.hasOwn(counts, 'secretword'));
  t.ok((counts.bearing ?? 0) >= 5, `${counts.bearing}`);
  t.ok((counts.轴承 ?? 0) <= 9);
});
