import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { KAPOK, spawnNode } from '../tree/node-process.ts';

t.setTimeout(600_000);

const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() };
const node = await startTestNode(t, settings);

const folder = t.testdir({
  'good.csv': 'identifier,NAME\n88.107/a,x\n88.107/b,y\n',
  'mixed.ndjson': '{"identifier":"88.107/a","values":[]}\n{"identifier":\n{"identifier":"88.107/c","values":[]}\n',
  'large.csv': `identifier,NAME\n${Array.from({ length: 60_000 }, (_, i) => `88.107/large${i},x\n`).join('')}`,
});

function start(...args: string[]) {
  const environment = { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN };
  return spawnNode([...KAPOK, 'import', ...args], { settings: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: string[]) {
  const child = start(...args);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream as never),
    text(child.stderr as NodeJS.ReadableStream as never),
    once(child, 'exit'),
  ]);
  return { out, err, code };
}

t.test('a file is sent, followed to its end, and its results are kept', async (t) => {
  const results = join(folder, 'results.ndjson');
  const { out, err, code } = await run(join(folder, 'good.csv'), '--results', results);
  t.match(out, /^2 created, 0 replaced, 0 failed, \d+ rows\/s\n$/);
  t.strictSame([err, code], ['', 0]);
  t.equal(
    (await readFile(results, 'utf8')).split('\n')[0],
    '{"line":2,"identifier":"88.107/a","outcome":"created","version":1}',
  );
});

t.test('rows that fail are shown, and the command fails; a dry run says so', async (t) => {
  const { out, err, code } = await run(join(folder, 'mixed.ndjson'), '--keep', '--dry-run');
  t.match(out, /^It would be: 1 created, 0 replaced, 2 failed/);
  t.match(err, /^line 1: 88\.107\/a .* \(ALREADY_EXISTS\)\nline 2: {2}The line is not JSON.* \(BAD_REQUEST\)\n$/);
  t.equal(code, 1);
  t.equal((await node.get('/api/handles/88.107/c')).status, 404);
  const refused = await run(join(folder, 'none.csv'));
  t.match(refused, { out: '', err: /none\.csv cannot be read/, code: 1 });
});

t.test(
  'an import goes on without the command that began it, and is asked after and cancelled by its number',
  async (t) => {
    const { out, code } = await run(join(folder, 'large.csv'), '--detach', '--json');
    const { id } = JSON.parse(out);
    t.equal(code, 0);
    t.match(await run('status', id), { out: new RegExp(`^${id} (queued|running|done)`), code: 0 });
    await until(async () => (await node.call('GET', `/api/v1/imports/${id}`)).json.state === 'done', 60_000);
    t.match(
      JSON.parse((await run('cancel', id, '--json')).out),
      { id, state: 'done', rows: 60_000 },
      'what is over stays so',
    );
  },
);

t.test('Ctrl-C leaves the import running, and says how to go on', async (t) => {
  const child = start(join(folder, 'large.csv'));
  const err = text(child.stderr as NodeJS.ReadableStream as never);
  const running = async () => (await node.call('GET', '/api/v1/imports')).json.imports[0];
  await until(async () => (await running()).replaced > 0 || (await running()).state === 'running', 60_000);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  const { id } = await running();
  if (code === 130) t.match(await err, `${id} goes on: kapok import status ${id}, kapok import cancel ${id}`);
  await until(async () => (await running()).state === 'done', 60_000);
  t.match(await running(), { rows: 60_000, replaced: 60_000 });
});
