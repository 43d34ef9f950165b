import t from 'tap';
import { Catalogue } from '../../src/search/catalogue.ts';
import { applyTheirs } from '../../src/search/mirror/apply-theirs.ts';
import { openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { entryOf, prefix } from './entries.ts';

const databases = await startDatabases(t);
const source = prefix('88.1');

t.test('what the database cannot hold is left out alone, and numbers go on without a hole', async (t) => {
  const { database } = await openDatabase(t, databases);
  const catalogue = new Catalogue();
  const entries = Array.from({ length: 21 }, (_, i) =>
    entryOf(
      `88.1/${i}`,
      [['NAME', `item ${i}`]],
      i % 10 === 5 ? { source, updatedAt: '2026-02-30T00:00:00Z' } : { source },
    ),
  );
  const { applied, refused } = await database.transaction((tx) => applyTheirs(tx, catalogue, entries));
  t.equal(applied, 19);
  t.strictSame(
    refused.map(({ identifier }) => identifier),
    ['88.1/5', '88.1/15'],
  );
  const rows = await database.query<{ seq: number }>('select seq from catalogue order by seq');
  t.strictSame(
    rows.map(({ seq }) => seq),
    Array.from({ length: 19 }, (_, i) => i + 1),
  );
  const [state] = await database.query('select head, rows from catalogue_state');
  t.strictSame(state, { head: 19, rows: 19 });
});

t.test('a failure that is not about the data is thrown', async (t) => {
  const { database } = await openDatabase(t, databases);
  await database.query('drop table vocabulary');
  const work = database.transaction((tx) =>
    applyTheirs(tx, new Catalogue(), [entryOf('88.1/a', [['NAME', 'word']], { source })]),
  );
  await t.rejects(work);
  t.strictSame(await database.query('select 1 from catalogue'), []);
});
