import pg from 'pg';
import t, { type Test } from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { importFile } from '../support/import-file.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';

t.setTimeout(600_000);
// Each waits for what the dead have held: the lease of a pull (15 s), and where writing is held up (30 s).
t.jobs = 3;

const COUNT = 50;
const databases = await startDatabases(t);

/** A node that can be killed at any moment and started again on what it has stored. */
async function openNode(t: Test, role: string, prefix: string) {
  const url = await databases.create();
  const port = String(await freePort());
  const settings = { KAPOK_ROLE: role, KAPOK_PREFIX: prefix, DATABASE_URL: url, KAPOK_PORT: port };
  const node = { url, process: await startNodeProcess(t, settings), restart: async () => {} };
  node.restart = async () => {
    node.process = await startNodeProcess(t, settings);
  };
  return node;
}

type Node = Awaited<ReturnType<typeof openNode>>;

/** Holds a move up in a database at the moment at which it would come into a state; `open` lets it go on. */
async function holdAt(t: Test, url: string, state: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.teardown(() => client.end());
  await client.query(`create function hold() returns trigger language plpgsql as
    $$ begin if new.state = '${state}' then perform pg_advisory_xact_lock(7); end if; return new; end $$`);
  await client.query('create trigger hold before insert or update on moves for each row execute function hold()');
  await client.query('select pg_advisory_lock(7)');
  return {
    reached: () =>
      until(async () => {
        const text = `select from pg_locks where locktype = 'advisory' and not granted and objid = 7
          and database = (select oid from pg_database where datname = current_database())`;
        return ((await client.query(text)).rowCount ?? 0) > 0;
      }, 30_000),
    open: () => client.query('select pg_advisory_unlock(7)'),
  };
}

async function post({ process }: Node, path: string, body: object) {
  const answer = await process.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(answer.text);
}

const nameOf = (prefix: string, n: number) => `${prefix}/P${n}`;
const moveOf = async ({ process }: Node, prefix: string) => (await process.call('GET', `/api/v1/moves/${prefix}`)).json;
const write = async ({ process }: Node, identifier: string) =>
  (await process.call('PUT', `/api/handles/${identifier}`, { body: [{ index: 1, type: 'NAME', data: 'late' }] }))
    .status;

/** Two nodes, of which the one gives its prefix to the other, held up where one of them would come into a state. */
async function openMove(t: Test, prefix: string, at: { side: 'source' | 'target'; state: string }) {
  const source = await openNode(t, 'industry', '88.101');
  const target = await openNode(t, 'enterprise', prefix);
  await source.process.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const lines = Array.from({ length: COUNT }, (_, n) => {
    const values = [{ index: 1, type: 'NAME', data: `part ${n}` }];
    return `${JSON.stringify({ identifier: nameOf(prefix, n), values })}\n`;
  });
  await importFile(source.process, lines.join(''));
  const hold = await holdAt(t, { source, target }[at.side].url, at.state);
  await post(source, '/api/v1/moves', { prefix, url: target.process.url });
  await post(target, '/api/v1/moves/pull', { prefix, url: source.process.url });
  await hold.reached();
  return { source, target, hold };
}

async function killAndRestart(
  processes: readonly NodeProcess[],
  nodes: readonly Node[],
  hold: { open(): Promise<unknown> },
) {
  await Promise.all(processes.map((process) => process.kill()));
  await hold.open();
  for (const node of nodes) await node.restart();
}

const CASES = [
  ['when all is copied', { side: 'target', state: 'finishing' }],
  ['before the switch', { side: 'source', state: 'given' }],
  ['after the switch, before the taker knows', { side: 'target', state: 'taken' }],
  ['after the switch, before it is over', { side: 'target', state: 'done' }],
] as const;

for (const [i, [when, at]] of CASES.entries()) {
  t.test(`both nodes are killed ${when}: they go on, and nothing is lost`, { buffered: true }, async (t) => {
    const prefix = `88.101.${i + 1}`;
    const { source, target, hold } = await openMove(t, prefix, at);
    await killAndRestart([source.process, target.process], [source, target], hold);
    await until(async () => {
      const sides = [await moveOf(source, prefix), await moveOf(target, prefix)];
      return sides.every(({ state }) => state === 'done');
    }, 60_000);
    for (let n = 0; n < COUNT; n++) {
      const { status, json } = await target.process.get(`/api/handles/${nameOf(prefix, n)}`);
      if (status !== 200 || json.values[0].data.value !== `part ${n}`) t.fail(`${nameOf(prefix, n)}: ${status}`);
    }
    t.equal((await source.process.get(`/api/handles/${nameOf(prefix, 0)}`)).status, 300);
    t.equal(await write(target, nameOf(prefix, 0)), 200);
    t.not(await write(source, nameOf(prefix, 0)), 200, 'and only one of them takes writes');
  });
}

t.test(
  'the taker is killed for good before the switch: the source gives the move up, and goes on',
  { buffered: true },
  async (t) => {
    const prefix = '88.101.9';
    const { source, target, hold } = await openMove(t, prefix, { side: 'target', state: 'finishing' });
    await killAndRestart([target.process], [], hold);
    t.match((await source.process.call('DELETE', `/api/v1/moves/${prefix}`)).json, { state: 'cancelled' });
    t.equal((await source.process.get(`/api/handles/${nameOf(prefix, 1)}`)).status, 200);
    await until(async () => (await write(source, nameOf(prefix, 1))) === 200);
    await target.restart();
    await until(async () => (await moveOf(target, prefix)).state === 'failed');
    t.equal(await write(source, nameOf(prefix, 2)), 200);
  },
);
