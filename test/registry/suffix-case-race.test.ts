import t from 'tap';
import type { Database } from '../../src/database/database.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import type { SuffixCase } from '../../src/identifier/identifier.ts';
import { type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';
import { writePrefixes } from '../../src/registry/write-prefixes.ts';
import { writeRecord, writeRecordIn } from '../../src/registry/write-record.ts';
import { startDatabases } from '../support/database.ts';
import { countTo, openDatabase, urlValue, writeOf } from './open-database.ts';

const databases = await startDatabases(t);

function setCase(database: Database, prefix: Prefix, suffixCase: SuffixCase) {
  return writePrefixes(database, [{ prefix, status: 'active', site: null, ttl: 60, suffixCase, label: '' }], {
    actor: SYSTEM,
  });
}

/** The spelling "Abc", as a writer folds it that has last seen the prefix compare without case. */
const firstOf = (prefix: Prefix) => writeOf(`${prefix}/Abc`, () => ({ values: [urlValue('a')] }));

async function readState(database: Database, prefix: Prefix) {
  const [row] = await database.query<{ suffix_case: string; keys: string[] }>(
    `select suffix_case, array(select suffix_key from identifiers i where i.prefix = p.prefix) as keys
      from prefixes p where prefix = $1`,
    [prefix],
  );
  return row;
}

t.test('who writes the first identifier keeps how case is compared until the commit', async (t) => {
  const { database } = await openDatabase(t, databases);
  const prefix = parsePrefix('88.108');
  await setCase(database, prefix, 'insensitive');
  let changing: Promise<unknown> = Promise.resolve();
  await database.transaction(async (tx) => {
    await writeRecordIn(tx, firstOf(prefix));
    changing = t.rejects(setCase(database, prefix, 'sensitive'), { code: 'PREFIX_IN_USE' });
    await untilSomebodyWaits(database);
  });
  await changing;
  t.strictSame(await readState(database, prefix), { suffix_case: 'insensitive', keys: ['ABC'] });
});

t.test('who changes how case is compared is seen by the writer that waits', async (t) => {
  const { database } = await openDatabase(t, databases);
  const prefix = parsePrefix('88.108');
  await setCase(database, prefix, 'insensitive');
  let writing: Promise<unknown> = Promise.resolve();
  await database.transaction(async (tx) => {
    await tx.query('select from prefixes where prefix = $1 for update', [prefix]);
    writing = t.rejects(writeRecord(database, firstOf(prefix)), {
      code: 'PREFIX_STATE',
      message: /send the request again/,
    });
    await untilSomebodyWaits(database);
    await tx.query(`update prefixes set suffix_case = 'sensitive' where prefix = $1`, [prefix]);
  });
  await writing;
  t.strictSame(await readState(database, prefix), { suffix_case: 'sensitive', keys: [] });
});

t.test('however the two race, no identifier is stored under a key that its prefix would not look for', async (t) => {
  const { database } = await openDatabase(t, databases);
  const prefixes = countTo(40).map((n) => parsePrefix(`88.108.${n}`));
  for (const prefix of prefixes) await setCase(database, prefix, 'insensitive');
  const results = await Promise.all(
    prefixes.map((prefix) =>
      Promise.allSettled([setCase(database, prefix, 'sensitive'), writeRecord(database, firstOf(prefix))]),
    ),
  );
  for (const [i, prefix] of prefixes.entries()) {
    const [changed, written] = (results[i] ?? []).map(({ status }) => status);
    t.not(changed, written, 'one of the two goes through');
    const stored = await readState(database, prefix);
    const expected = { suffix_case: 'insensitive', keys: ['ABC'] };
    t.strictSame(stored, written === 'fulfilled' ? expected : { suffix_case: 'sensitive', keys: [] });
  }
});

async function untilSomebodyWaits(database: Database): Promise<void> {
  const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if ((await database.query(text)).length > 0) return;
  }
  throw new Error('Nobody waits');
}
