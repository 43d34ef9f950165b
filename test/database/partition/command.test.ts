import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t from 'tap';
import type { Database } from '../../../src/database/database.ts';
import { runKapok } from '../../cli/run-kapok.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { KAPOK, spawnNode } from '../../tree/node-process.ts';
import { countParts, fill, readRows } from './fill.ts';

const databases = await startDatabases(t);
const TABLES = ['identifiers', 'identifier_versions'];

/** Kills the command, with no time for a last word, when it says something like this. */
async function killWhen(said: RegExp, args: readonly string[]): Promise<void> {
  const child = spawnNode([...KAPOK, 'partition', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream }))
    if (said.test(line)) child.kill('SIGKILL');
  const [, signal] = (await exited) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`The command ended before it said ${said}`);
}

const readAll = (database: Database) => Promise.all(TABLES.map((table) => readRows(database, table)));
const conversions = (database: Database) =>
  database.query('select relation, copied > 0 as begun, complete from partitioning order by relation');

t.test('a command that is killed goes on where it was, and what was written in between is there', async (t) => {
  const { database, url } = await openDatabase(t, databases);
  await fill(database, { prefixes: 10, each: 5_000 });
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.1', DATABASE_URL: url });
  const put = async (name: string, data: string) => {
    const body = [{ index: 1, type: 'NAME', data }];
    return (await node.call('PUT', `/api/handles/${name}`, { body })).status;
  };
  const args = ['--parts', '8', '--database', url];

  await killWhen(/^identifiers: \d+ .*rows copied/, args);
  t.strictSame(await conversions(database), [{ relation: 'identifiers', begun: true, complete: false }]);
  t.equal(await countParts(database, 'identifiers'), 0, 'the node still has its plain table');
  for (const name of ['88.1.1/N1', '88.1.9/N4999']) t.equal(await put(name, 'between'), 200);
  t.equal(await put('88.1.5/new', 'between'), 201);

  // What a long query of somebody holds cannot be locked.
  let release = () => {};
  const holding = database.transaction(async (tx) => {
    await tx.query('set local idle_in_transaction_session_timeout = 0');
    await tx.query('select 1 from identifiers limit 1');
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const waited = killWhen(/^identifiers: \d+ attempts to lock/, args);
  await waited.finally(() => release());
  await holding;
  t.strictSame(await conversions(database), [{ relation: 'identifiers', begun: true, complete: true }]);
  t.equal(await put('88.1.1/N1', 'again'), 200);
  const before = await readAll(database);

  const { out, err, code } = await runKapok(['partition', ...args, '--json'], {});
  t.equal(code, 0, err);
  const rows = before.map(({ length }) => length);
  t.match(JSON.parse(out), { tables: TABLES.map((table, i) => ({ table, parts: 8, rows: rows[i] })) });
  t.strictSame(await readAll(database), before);
  for (const table of TABLES) t.equal(await countParts(database, table), 8, table);
  t.equal((await node.get('/api/handles/88.1.1/N1?auth=true')).json.values[0].data.value, 'again');
  t.equal(await put('88.1.1/N1', 'after'), 200);
  t.strictSame(await database.query(`select to_regclass('partitioning') as left`), [{ left: null }]);
  const left = `select tgname as name from pg_trigger where tgname like 'mirror%'
    union all select relname from pg_class where (relname like '%\\_partitioned%' or relname like '%\\_plain')
      and relnamespace = current_schema()::regnamespace
    union all select proname from pg_proc where proname like 'mirror%'`;
  t.strictSame(await database.query(left), [], 'nothing is left of the way there');
});

t.test('what a killed command has left can be taken back', async (t) => {
  const { database, url } = await openDatabase(t, databases);
  await fill(database, { prefixes: 2, each: 20_000 });
  const before = await readAll(database);
  await killWhen(/rows copied/, ['--parts', '2', '--database', url]);
  const other = await runKapok(['partition', '--parts', '4', '--database', url], {});
  t.match(other, { code: 1, err: /being partitioned into 2 parts already: go on with that number, or abandon it/ });
  const abandon = () => runKapok(['partition', '--abandon'], { DATABASE_URL: url });
  t.match(await abandon(), { code: 0, out: 'Given up: identifiers stay as they were\n' });
  t.match(await abandon(), { code: 0, out: 'Nothing was under way\n' });
  t.strictSame(await readAll(database), before);
  t.strictSame(
    await database.query(
      `select relname from pg_class where relname like '%partition%' and relnamespace = current_schema()::regnamespace`,
    ),
    [],
  );
});

t.test('what is said wrongly is refused with a sentence', async (t) => {
  const cases: [expected: RegExp, args: string[]][] = [
    [/^kapok: Give --parts or --abandon, one of both$/m, []],
    [/^kapok: Give --parts or --abandon, one of both$/m, ['--parts', '2', '--abandon']],
    [/^kapok: The number of parts must be a power of two from 2 to 1024$/m, ['--parts', '1e1']],
    [/^kapok: --database names the database of the node; it is not in DATABASE_URL/m, ['--parts', '2']],
    [/^kapok: --database must be a URL that begins with postgres:/m, ['--parts', '2', '--database', 'db1']],
    [/Allowed choices are identifiers,/, ['--parts', '2', '--table', 'changes']],
  ];
  for (const [expected, args] of cases) {
    const { err, code } = await runKapok(['partition', ...args], {});
    t.equal(code, 1, args.join(' '));
    t.match(err, expected);
    t.notMatch(err, /\n {4}at /, 'no stack');
  }
});
