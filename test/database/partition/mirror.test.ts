import t from 'tap';
import type { Database, Queryable } from '../../../src/database/database.ts';
import { isRetryable } from '../../../src/database/errors.ts';
import { type PartitionProgress, partitionTables } from '../../../src/database/partition/partition-table.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { countParts, fill, readRows } from './fill.ts';

const databases = await startDatabases(t);
const NAMES = 40;

/** Statements of all kinds, many rows or few, in whatever order. Each writer has a prefix, and knows what it has committed. */
const STATEMENTS: readonly ((n: number) => string)[] = [
  (n) => `delete from identifiers where prefix = $1 and suffix_key = 'N${n}'`,
  (n) => `delete from identifiers where prefix = $1 and suffix_key > 'N${n}' and suffix_key < 'N${n + 9}'`,
  (n) => `${INSERT} ('N${n}') ${AS}`,
  (n) =>
    `${INSERT} ('N${n}'), ('N${n + 1}'), ('M${n}') ${AS} on conflict (prefix, suffix_key) do update set version = identifiers.version + 1`,
  (n) =>
    `update identifiers set version = version + 1, actor = '${n}' where prefix = $1 and suffix_key like 'N${n % 10}%'`,
  // Nothing of Kapok gives a row another key; the mirror would follow even that.
  (n) => `update identifiers set suffix_key = suffix_key || 'X' where prefix = $1 and suffix_key = 'N${n}'
    and not exists (select from identifiers where prefix = $1 and suffix_key = 'N${n}X')`,
  (n) => `with gone as (delete from identifiers where prefix = $1 and suffix_key = 'M${n}' returning *)
    insert into identifiers select * from (select prefix, suffix_key || 'Y', suffix, version, record, has_private, ttl, successor, created_at,
      updated_at, guarded, actor, transfer from gone) g on conflict do nothing`,
];
const INSERT = `insert into identifiers (prefix, suffix_key, suffix, version, has_private, ttl, actor)
  select $1, n.key, n.key, 1, false, 0, 'race' from (values`;
const AS = ') as n(key) where true';

class ToBeRolledBack extends Error {}

/** Writes until it is told to stop, some of it in vain. Before each transaction, all is as the one before has left it. */
async function write(database: Database, prefix: string, stop: AbortSignal): Promise<number> {
  let [x, committed, expected] = [Number(prefix.slice(-1)), 0, await sumOf(database, prefix)];
  const draw = (below: number) => {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (x >> 8) % below;
  };
  const work = async (tx: Queryable) => {
    const found = await sumOf(tx, prefix);
    if (found !== expected) throw new Error(`After ${committed} transactions of ${prefix}: ${found}, not ${expected}`);
    for (let left = draw(4); left >= 0; left--)
      await tx.query(STATEMENTS[draw(STATEMENTS.length)]?.(draw(NAMES)) ?? '', [prefix]);
    if (draw(4) === 0) throw new ToBeRolledBack();
    return sumOf(tx, prefix);
  };
  while (!stop.aborted) {
    const sum = await database.transaction(work).catch((error: unknown) => {
      // A name that is there already.
      if (error instanceof ToBeRolledBack || (isRetryable(error) && !isDeadlock(error))) return null;
      throw error;
    });
    if (sum === null) continue;
    expected = sum;
    committed++;
  }
  t.equal(await sumOf(database, prefix), expected, `${prefix}: ${committed} transactions`);
  return committed;
}

/** All rows of the prefix, in a few characters. */
async function sumOf(tx: Queryable, prefix: string): Promise<string> {
  const text = `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(i::text, 0)), 0) as sum from identifiers i where prefix = $1`;
  const [row] = await tx.query<{ sum: string }>(text, [prefix]);
  return row?.sum ?? '';
}

/** The conversion gives way, and never lets a writer be the one that does. */
function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

t.test('writers that delete, rename and roll back find their rows as they committed them', async (t) => {
  const { database } = await openDatabase(t, databases);
  await fill(database, { prefixes: 6, each: 3_000 });
  const stop = new AbortController();
  const steps = new Set<string>();
  const onProgress = ({ step }: PartitionProgress) => steps.add(step);
  const racing = [1, 2, 3].map((n) => write(database, `88.1.${n}`, stop.signal));
  for (const writer of racing) writer.catch(() => stop.abort());
  const partitioned = await partitionTables(database, { tables: ['identifiers'], parts: 4, onProgress })
    .catch((error: unknown) => error)
    .finally(() => stop.abort());
  const committed = await Promise.all(racing);
  t.match(partitioned, [{ table: 'identifiers', parts: 4 }]);
  t.ok(
    committed.every((number) => number > 0),
    String(committed),
  );
  t.ok(steps.has('copy') && steps.has('compare'));
  t.equal(await countParts(database, 'identifiers'), 4);
  t.equal((await readRows(database, 'identifiers', `prefix > '88.1.3'`)).length, 9_000);
});
