import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import { importChunks } from '../../../src/registry/import/import-chunks.ts';
import { readChunks } from '../../../src/registry/import/read-chunks.ts';
import type { ImportRights } from '../../../src/registry/import/rights.ts';
import { type RawRow, type RowResult, START } from '../../../src/registry/import/rows.ts';
import { ChunkStore } from '../../../src/registry/import/store-chunk.ts';
import { startDatabases } from '../../support/database.ts';
import { UNRESTRICTED } from '../../support/unrestricted.ts';
import { countTo, noTemplates, openDatabase, readWholeFeed } from '../open-database.ts';

const databases = await startDatabases(t);

interface Import {
  readonly rows: readonly RawRow[];
  readonly overwrite: boolean;
  readonly onCommitted?: () => void;
  readonly actor?: string;
}

async function run(
  database: Database,
  { rows, overwrite, onCommitted = () => {}, actor = 'tester' }: Import,
): Promise<RowResult[]> {
  async function* batches() {
    for (let i = 0; i < rows.length; i += 500) {
      await setImmediate();
      yield { rows: rows.slice(i, i + 500), end: { offset: i + 500, line: i + 500 } };
    }
  }
  const now = () => new Date('2026-01-02T03:04:05Z');
  const rights: ImportRights = {
    suffixCaseAt: () => 'insensitive',
    mayReplace: () => true,
    authority: () => UNRESTRICTED,
  };
  const templates = noTemplates;
  const chunks = readChunks(batches(), { database, templates, now, from: START, rights: async () => rights });
  const store = new ChunkStore({ database, templates, overwrite, actor, dryRun: false });
  const all: RowResult[] = [];
  for await (const { results } of importChunks(chunks, store)) {
    onCommitted();
    all.push(...results);
  }
  return all;
}

function rowsTo(n: number, name = 'r'): RawRow[] {
  return countTo(n).map((line) => {
    return { line, identifier: `88.1/${name}${line}`, values: [{ index: 1, type: 'URL', data: `http://a/${line}` }] };
  });
}

t.test('connections that break in the middle cost no row, and none goes in twice', async (t) => {
  const { database, url } = await openDatabase(t, databases);
  const killer = new Database({ url, poolSize: 1 });
  t.teardown(() => killer.close());
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  let killed = 0;
  let importing = true;
  const kills = (async () => {
    while (importing && killed < 2) {
      const [busy] = await killer.query(
        "select 1 from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid()",
      );
      if (busy !== undefined) killed += (await killer.query(kill)).length > 0 ? 1 : 0;
    }
  })();
  const results = await run(database, { rows: rowsTo(6000), overwrite: false });
  importing = false;
  await kills;
  t.ok(killed > 0, `${killed} times all connections were broken`);
  t.equal(results.length, 6000);
  t.strictSame(
    results.filter(({ outcome }) => outcome !== 'created'),
    [],
    'each row was created, and says so',
  );
  const [count] = await database.query('select count(*) as rows, max(version) as newest from identifiers');
  t.strictSame(count, { rows: 6000, newest: 1 });
  const { head, rows } = await readWholeFeed(database);
  t.equal(head, 6000);
  t.strictSame(
    rows.map(({ seq }) => seq),
    countTo(6000),
    'the feed has no gap and no repetition',
  );
});

t.test('imports of the same identifiers in opposite order both finish, one on top of the other', async (t) => {
  const { database } = await openDatabase(t, databases);
  const rows = rowsTo(3000);
  const [one, other] = await Promise.all([
    run(database, { rows, overwrite: true, actor: 'one' }),
    run(database, { rows: [...rows].reverse(), overwrite: true, actor: 'other' }),
  ]);
  t.equal(one.length + other.length, 6000);
  t.ok([...one, ...other].every(({ outcome }) => outcome !== 'failed'));
  const versions = await database.query('select version, count(*) as rows from identifiers group by version');
  t.strictSame(versions, [{ version: 2, rows: 3000 }]);
  const history = await database.query(
    'select actor, count(*) as rows from record_versions group by actor order by actor',
  );
  t.strictSame(history, [
    { actor: 'one', rows: 3000 },
    { actor: 'other', rows: 3000 },
  ]);
  const { head, rows: feed } = await readWholeFeed(database);
  t.equal(head, 6000);
  t.strictSame(
    feed.map(({ seq }) => seq),
    countTo(6000),
  );
});

t.test('results come after the commit: what is reported is there', async (t) => {
  const { database } = await openDatabase(t, databases);
  const seen: Promise<unknown>[] = [];
  const onCommitted = () => void seen.push(database.query('select count(*) as n from identifiers'));
  await run(database, { rows: rowsTo(9000), overwrite: true, onCommitted });
  const counts = (await Promise.all(seen)).map((rows) => (rows as { n: number }[])[0]?.n ?? 0);
  t.equal(counts.length, 3);
  for (const [i, least] of [4000, 8000, 9000].entries()) t.ok((counts[i] ?? 0) >= least, `${counts[i]} after ${i + 1}`);
});

t.test('what COPY could misread goes in as it is', async (t) => {
  const { database } = await openDatabase(t, databases);
  const texts = ['\\N', '\\.', 'a\\tb', 'a\tb\nc\rd', '\\', '"', "'", '\b\f\v', '𠮷\u2028', '{}', ''];
  const rows = texts.map((data, i) => ({
    line: i + 1,
    identifier: `88.1/${i}`,
    values: [{ index: 1, type: '\\N', data }],
  }));
  const odd = ['\\N', '\\.', '\\', 'a b', '中'].map((suffix, i) => ({
    line: 100 + i,
    identifier: `88.1/${suffix}`,
    values: [],
  }));
  const results = await run(database, { rows: [...rows, ...odd], overwrite: true });
  t.ok(results.every(({ outcome }) => outcome === 'created'));
  for (const { identifier, values } of rows) {
    const [row] = await database.query<{ record: { data: unknown }[] }>(
      'select record from identifiers where suffix = $1',
      [identifier.slice(5)],
    );
    t.strictSame(row?.record[0]?.data, { format: 'string', value: values[0]?.data }, identifier);
  }
  const suffixes = await database.query<{ suffix: string }>("select suffix from identifiers where record::text = '[]'");
  t.strictSame(suffixes.map(({ suffix }) => suffix).sort(), ['\\', '\\.', '\\N', 'a b', '中'].sort());
});
