import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.ts';

const tsc = join(root, 'node_modules/typescript/bin/tsc');
/** Inside the checkout, so that packages are found, and where nothing is looked at by git or the linter. */
mkdirSync(join(root, '.tap'), { recursive: true });
const folder = mkdtempSync(join(root, '.tap', 'consumer-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

/** By `env -i`, which takes away what the test runner adds to every Node process: the compiler does not start with it. */
const run = (args: readonly string[], cwd: string) =>
  spawnSync('env', ['-i', `PATH=${process.env.PATH}`, process.execPath, ...args], { cwd, encoding: 'utf8' });

const CONSUMER = `
import { createClient, ProblemError, readLines } from 'kapok/client';

const client = createClient({ url: process.argv[2] ?? 'http://127.0.0.1:1', token: 'kapok_x' });
export async function use(): Promise<string> {
  const page = await client.queryIdentifiers({ query: { prefix: '88.101', limit: 10 } });
  const first: string | undefined = page.identifiers[0]?.identifier;
  const made = await client.registerIdentifier({ body: { prefix: '88.101', values: [] } });
  for await (const line of readLines(await client.exportIdentifiers({ query: { prefix: '88.101' } }))) void line;
  // @ts-expect-error: the body has no such member
  await client.registerIdentifier({ body: { colour: 'red' } });
  // @ts-expect-error: a path needs its parameter
  await client.getIdentifier();
  // @ts-expect-error: there is no such operation
  await client.paintIdentifier();
  return made.identifier + first;
}
const failure = await client.getLive().catch((error: unknown) => error);
if (failure instanceof ProblemError) console.log(failure.code);
`;

t.test('the built package gives a typed client, which runs by itself', async (t) => {
  const installed = join(folder, 'node_modules/kapok');
  mkdirSync(installed, { recursive: true });
  const built = run([tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(installed, 'dist')], root);
  t.equal(built.status, 0, built.stdout + built.stderr);
  symlinkSync(join(root, 'package.json'), join(installed, 'package.json'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
  ];
  const checked = run([tsc, ...strict, '--outDir', '.', '--ignoreConfig', 'consumer.ts'], folder);
  t.equal(checked.status, 0, checked.stdout + checked.stderr);
  const ran = run(['consumer.js'], folder);
  t.equal(ran.stdout, 'UPSTREAM_UNREACHABLE\n', ran.stderr);
});

t.test('nothing that the client loads is of Node alone', async (t) => {
  const { stdout } = run(['--input-type=module', '-e', LIST], folder);
  const loaded: string[] = JSON.parse(stdout);
  t.ok(loaded.length > 20, `${loaded.length} modules`);
  t.strictSame(
    loaded.filter((url) => url.startsWith('node:')),
    [],
  );
  const packages = loaded
    .filter((url) => !url.includes('/dist/'))
    .map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
  t.strictSame([...new Set(packages)], ['typebox']);
});

/** Every module that is loaded with the client, told by a hook of the loader. */
const LIST = `
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';
const { port1, port2 } = new MessageChannel();
const seen = [];
port1.on('message', (url) => seen.push(url));
const hook = 'let port;export function initialize(p){port=p}export async function load(u,c,n){port.postMessage(u);return n(u,c)}';
register('data:text/javascript,' + encodeURIComponent(hook), { data: port2, transferList: [port2] });
await import('kapok/client');
await new Promise((done) => setImmediate(done));
console.log(JSON.stringify(seen));
port1.close();
`;
