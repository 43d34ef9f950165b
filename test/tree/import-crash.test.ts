import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openState, type StateReader } from '../http/state.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const ROWS = 20_000;

t.setTimeout(600_000);

/** Every tenth row names again what the one before it named, every thousandth is broken. */
function lineOf(n: number): string {
  if (n % 1000 === 999) return '{"identifier":';
  const name = n % 10 === 9 ? n - 1 : n;
  return JSON.stringify({
    identifier: `88.106/row${name}`,
    values: [{ index: 1, type: 'NAME', data: `line ${n + 1}` }],
  });
}

const FILE = Array.from({ length: ROWS }, (_, n) => `${lineOf(n)}\n`).join('');
const BROKEN = ROWS / 1000;
const REPLACED = ROWS / 10 - BROKEN;
const CREATED = ROWS - REPLACED - BROKEN;

async function upload(node: NodeProcess): Promise<string> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const { status, headers: told } = await node.call('POST', '/api/v1/imports', { body: FILE, headers });
  t.equal(status, 202);
  return String(told.location);
}

/** Resolves when some rows are committed. */
function begun(state: StateReader): Promise<unknown> {
  return until(async () => {
    const [job] = await state.query("select created from import_jobs where state = 'running' and created > 0");
    return job !== undefined;
  });
}

async function assertInTheMiddle(t: Test, state: StateReader): Promise<void> {
  const [job] = await state.query('select read_bytes, size, state from import_jobs');
  t.equal(job?.state, 'running');
  t.ok(
    Number(job?.read_bytes) > 0 && Number(job?.read_bytes) < Number(job?.size),
    `at ${job?.read_bytes} of ${job?.size}`,
  );
}

/** Each row is in once: by its version, by its result, by its number in the feed. */
async function assertComplete(t: Test, { node, path, state }: { node: NodeProcess; path: string; state: StateReader }) {
  await until(async () => (await node.call('GET', path)).json.state === 'done', 60_000);
  const { json: job } = await node.call('GET', path);
  t.match(job, {
    rows: ROWS,
    created: CREATED,
    replaced: REPLACED,
    failed: BROKEN,
    readBytes: Buffer.byteLength(FILE),
  });
  const { text } = await node.call('GET', `${path}/results`);
  const lines = text.trimEnd().split('\n');
  const odd = lines.filter((line, n) => {
    const result = JSON.parse(line);
    const outcome = n % 1000 === 999 ? 'failed' : n % 10 === 9 ? 'replaced' : 'created';
    return result.line !== n + 1 || result.outcome !== outcome;
  });
  t.strictSame([lines.length, odd], [ROWS, []], 'each row has one result, in its place');
  const [records] = await state.query(`select count(*) as n, sum(version)::bigint as versions,
    count(*) filter (where version = case when suffix_key ~ '8$' and suffix_key !~ '998$' then 2 else 1 end) as right
    from identifiers where prefix = '88.106'`);
  t.strictSame(records, { n: CREATED, versions: CREATED + REPLACED, right: CREATED });
  const [history] = await state.query('select count(*) as n from identifier_versions');
  t.strictSame(history, { n: REPLACED });
  const [feed] = await state.query(`select sum(size) filter (where suffix_keys is not null)::bigint as records,
    sum(size)::bigint as all, max(seq) as last, (select feed_head from node) as head from changes`);
  t.match(feed, { records: CREATED + REPLACED, last: feed?.all, head: feed?.all }, 'and one number in the feed');
}

async function shared(t: Test): Promise<{ settings: Record<string, string>; state: StateReader }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kapok-crash-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const url = await databases.create();
  const settings = { KAPOK_PREFIX: '88.106', DATABASE_URL: url, KAPOK_DATA_DIR: dataDir };
  return { settings, state: openState(t, url) };
}

const databases = await startDatabases(t);

t.test('a node that is killed in the middle of an import goes on with it when it is started again', async (t) => {
  const { settings, state } = await shared(t);
  const first = await startNodeProcess(t, settings);
  const path = await upload(first);
  await begun(state);
  await first.kill();
  await assertInTheMiddle(t, state);
  const second = await startNodeProcess(t, settings);
  await assertComplete(t, { node: second, path, state });
});

t.test('another process of the node takes over from one that is killed', async (t) => {
  const { settings, state } = await shared(t);
  const [first, second] = await Promise.all([startNodeProcess(t, settings), startNodeProcess(t, settings)]);
  const path = await upload(first);
  await begun(state);
  const [{ runner } = {}] = await state.query('select runner from import_jobs');
  await first.kill();
  const [job] = await state.query('select state, runner from import_jobs');
  t.strictSame(job, { state: 'running', runner });
  await assertComplete(t, { node: second, path, state });
});

t.test('an import outlives its database being away, also at the moment of a commit', async (t) => {
  const { settings, state } = await shared(t);
  const proxy = await startTcpProxy(t, settings.DATABASE_URL ?? '');
  const node = await startNodeProcess(t, { ...settings, DATABASE_URL: proxy.url });
  const path = await upload(node);
  await begun(state);
  for (let i = 0; i < 3; i++) {
    await proxy.cut();
    await proxy.mend();
  }
  await assertComplete(t, { node, path, state });
});
