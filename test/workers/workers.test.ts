import { once } from 'node:events';
import { totalmem } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import t from 'tap';
import { Client } from 'undici';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { KAPOK, spawnNode, startNodeProcess } from '../tree/node-process.ts';
import { workersOf } from './workers-of.ts';

t.setTimeout(600_000);
/** A process that starts on a busy machine takes its time, in milliseconds. */
const PATIENCE = 60_000;

const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() };
const node = await startNodeProcess(t, settings, ['--workers', '2']);
const write = (suffix: string, data: string) =>
  node.call('PUT', `/api/handles/88.107/${suffix}?overwrite=true`, { body: [{ index: 1, type: 'NAME', data }] });

/** Connections that stay open; the node deals them out to its workers in turn. */
function connect(t: { teardown(work: () => Promise<void>): void }, count: number): Client[] {
  const clients = Array.from({ length: count }, () => new Client(node.url));
  t.teardown(async () => void (await Promise.all(clients.map((client) => client.destroy()))));
  return clients;
}

async function read(client: Client, suffix: string): Promise<string> {
  const { statusCode, body } = await client.request({ method: 'GET', path: `/api/handles/88.107/${suffix}` });
  return `${statusCode} ${(JSON.parse(await body.text()) as { values?: { data: { value: string } }[] }).values?.[0]?.data.value}`;
}

async function counted(name: string): Promise<number> {
  const { text } = await node.get('/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

t.test('what was acknowledged, every worker says at once, though it had the old answer in memory', async (t) => {
  const clients = connect(t, 4);
  t.equal(workersOf(node).length, 2);
  for (let round = 0; round < 40; round++) {
    await write('coherent', `round ${round}`);
    for (const client of clients) t.equal(await read(client, 'coherent'), `200 round ${round}`);
  }
});

t.test('the metrics are those of all workers, whoever is asked', async (t) => {
  const clients = connect(t, 4);
  await write('counted', 'x');
  for (const client of clients) await read(client, 'counted');
  const before = await counted('kapok_resolutions_total{event="hit"}');
  for (let i = 0; i < 10; i++) for (const client of clients) await read(client, 'counted');
  t.equal(await counted('kapok_resolutions_total{event="hit"}'), before + 40);
  t.equal(await counted('kapok_prefixes'), 1);
});

t.test('at SIGUSR2 each worker is replaced, and no request is lost', async (t) => {
  const clients = connect(t, 6);
  await write('lasting', 'here');
  const old = workersOf(node);
  let going = true;
  let answered = 0;
  const asking = clients.map(async (client) => {
    while (going) {
      // A connection that ends with its answer is made anew for the next request, as any client does.
      t.equal(await read(client, 'lasting'), '200 here');
      answered++;
      await setTimeout(2);
    }
  });
  try {
    process.kill(node.pid, 'SIGUSR2');
    await until(() => {
      const now = workersOf(node);
      return now.length === 2 && now.every((pid) => !old.includes(pid));
    }, PATIENCE);
    const before = answered;
    await until(() => answered > before + 100, PATIENCE);
  } finally {
    going = false;
    await Promise.all(asking);
  }
  t.ok(answered > 100, `${answered} requests`);
});

t.test('a worker that is killed is replaced, and meanwhile the others answer', async (t) => {
  await write('survivor', 'here');
  const old = workersOf(node);
  process.kill(old[0] as number, 'SIGKILL');
  await until(() => workersOf(node).length === 2 && !workersOf(node).includes(old[0] as number), PATIENCE);
  const clients = connect(t, 4);
  for (const client of clients) t.equal(await read(client, 'survivor'), '200 here');
  await write('survivor', 'and now');
  for (const client of clients) t.equal(await read(client, 'survivor'), '200 and now');
});

t.test('when the supervisor is killed, its workers end', async (t) => {
  const other = await startNodeProcess(t, { ...settings, DATABASE_URL: await databases.create() }, ['--workers', '2']);
  const workers = workersOf(other);
  t.equal(workers.length, 2);
  await other.kill();
  await until(() => workers.every((pid) => !isAlive(pid)), PATIENCE);
});

t.test('what cannot work stops the start, with its reason', async (t) => {
  const port = new URL(node.url).port;
  const cache = Math.floor(getHeapStatistics().heap_size_limit / 2);
  const many = Math.ceil(totalmem() / cache) + 1;
  for (const [workers, more, reason] of [
    [
      many,
      { KAPOK_CACHE_BYTES: String(cache) },
      new RegExp(`KAPOK_CACHE_BYTES: ${many} workers with a cache of ${cache} bytes each are more than the memory`),
    ],
    [2, { KAPOK_PORT: port }, new RegExp(`KAPOK_PORT: port ${port} of 127\\.0\\.0\\.1 is taken`)],
  ] as const) {
    const child = spawnNode([...KAPOK, 'node', '--workers', String(workers)], {
      settings: { ...settings, KAPOK_LOG_LEVEL: 'fatal', ...more },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [err, [code]] = await Promise.all([text(child.stderr as never), once(child, 'exit')]);
    t.match(err, reason);
    t.equal(code, 1);
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
