import t from 'tap';
import { lint } from './lint.ts';

const IMPORTS = 'lint/style/noRestrictedImports';
const SETTINGS = 'lint/style/noProcessEnv';

/** The layers of docs/architecture.md, lowest first: a place imports from its own layer and from those before it. */
const LAYERS = [
  ['errors', 'identifier', 'record', 'proto'],
  ['database', 'cache', 'config', 'telemetry'],
  ['registry', 'governance', 'access', 'search'],
  ['resolve'],
  ['http', 'wire'],
  ['node.ts'],
  ['demo'],
  ['cli'],
];
const PLACES = LAYERS.flat();

/** Code that breaks a rule where it stands. */
const FORBIDDEN: readonly [path: string, code: string, rule: string][] = [
  ['src/identifier/pool.ts', "import '../database/pool.ts';", IMPORTS],
  ['src/identifier/schemes/oid.ts', "import '../../record/value.ts';", IMPORTS],
  ['src/identifier/package.ts', "import 'lru-cache';", IMPORTS],
  ['src/errors/builtin.ts', "import 'node:util';", IMPORTS],
  ['src/registry/app.ts', "import '../http/app.ts';", IMPORTS],
  ['src/registry/import/app.ts', "import '../../http/app.ts';", IMPORTS],
  ['src/registry/detour.ts', "import '../../src/http/app.ts';", IMPORTS],
  ['src/registry/type-only.ts', "export type { App } from '../http/app.ts';", IMPORTS],
  ['src/registry/dynamic.ts', "export const app = await import('../http/app.ts');", IMPORTS],
  ['src/resolve/driver.ts', "import 'pg';", IMPORTS],
  ['src/resolve/driver-type.ts', "import type { Pool } from 'pg';\nexport type P = Pool;", IMPORTS],
  ['src/resolve/driver-inside.ts', "import 'pg/lib/client.js';", IMPORTS],
  ['src/registry/copy.ts', "import 'pg-copy-streams';", IMPORTS],
  ['src/http/redis.ts', "import 'ioredis';", IMPORTS],
  ['src/database/redis.ts', "import 'ioredis';", IMPORTS],
  ['src/cache/driver.ts', "import 'pg';", IMPORTS],
  ['src/wire/fastify.ts', "import 'fastify';", IMPORTS],
  ['src/node.ts', "import '@fastify/rate-limit';", IMPORTS],
  ['src/cli/fastify.ts', "import 'fastify';", IMPORTS],
  ['proto/http/fastify.ts', "import 'fastify';", IMPORTS],
  ['src/http/socket.ts', "import 'node:net';", IMPORTS],
  ['src/resolve/socket.ts', "import 'node:dgram';", IMPORTS],
  ['src/database/socket.ts', "import 'node:net';", IMPORTS],
  ['src/cache/env.ts', 'export const env = process.env;', SETTINGS],
  ['src/cache/env-by-name.ts', "export const env = process['env'];", SETTINGS],
  ['src/cache/env-by-import.ts', "export { env } from 'node:process';", IMPORTS],
  ['src/cli/env.ts', 'export const home = process.env.HOME;', SETTINGS],
  ['src/http/log.ts', "console.log('hello');", 'lint/suspicious/noConsole'],
  ['src/http/default.ts', 'export default 1;', 'lint/style/noDefaultExport'],
  [
    'src/http/floating.ts',
    'export async function save(): Promise<void> {}\nexport function run() {\n  save();\n}',
    'lint/nursery/noFloatingPromises',
  ],
  [
    'src/http/cause.ts',
    "try {\n  JSON.parse('');\n} catch (error) {\n  throw new Error(String(error));\n}",
    'lint/style/useErrorCause',
  ],
];

const ALLOWED: readonly [path: string, code: string][] = [
  ['src/identifier/own.ts', "import './fold.ts';\nimport '../errors/kapok-error.ts';"],
  ['src/identifier/schemes/own.ts', "import '../fold.ts';\nimport '../../errors/kapok-error.ts';"],
  ['src/registry/proto-http.ts', "import '../../proto/http/resolve.ts';"],
  ['src/resolve/remote/proto-http.ts', "import '../../../proto/http/resolve.ts';"],
  ['src/database/driver.ts', "import 'pg';\nimport 'pg-copy-streams';"],
  ['src/database/embedded/port.ts', "import 'node:net';\nimport 'pg';"],
  ['src/cache/redis.ts', "import 'ioredis';"],
  ['src/http/app.ts', "import '@fastify/rate-limit';\nimport 'fastify';"],
  ['src/http/routes/handles.ts', "import 'fastify';\nimport '../app.ts';"],
  ['src/wire/server.ts', "import 'node:dgram';\nimport 'node:net';"],
  ['src/demo/ports.ts', "import 'node:net';"],
  ['src/config/networks.ts', "import 'node:net';"],
  ['src/config/load.ts', 'export const port = process.env.PORT;'],
  ['src/cli/print.ts', "console.log('hello');"],
  ['test/resolve/any.test.ts', "import 'node:net';\nimport 'pg';\nexport const url = process.env.REDIS_URL;"],
  ['bench/load.ts', "import 'node:net';\nconsole.log(process.env.SECONDS);"],
];

const pairs = PLACES.flatMap((from) => PLACES.map((to) => ({ from, to, ...pathsOf(from, to) })));
const files = new Map([
  ...pairs.map(({ path, target }) => [path, `import '${target}';`] as const),
  ...FORBIDDEN.map(([path, code]) => [path, `${code}\n`] as const),
  ...ALLOWED.map(([path, code]) => [path, `${code}\n`] as const),
]);
const broken = await lint(files);

t.test('a place imports from its own layer and lower ones, and from no higher one', async (t) => {
  for (const { from, to, path } of pairs) {
    const rules = broken.get(path) ?? [];
    t.equal(rules.includes(IMPORTS), !mayImport(from, to), `${from} → ${to}`);
  }
});

t.test('the lint rules refuse what a layer must not do', async (t) => {
  for (const [path, code, rule] of FORBIDDEN) t.ok(broken.get(path)?.includes(rule), `${path}: ${code}`);
});

t.test('the lint rules let pass what a layer is for', async (t) => {
  for (const [path, code] of ALLOWED) t.strictSame(broken.get(path), [], `${path}: ${code}`);
});

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (from === 'errors') return false;
  if (from === 'identifier') return to === 'errors';
  return layerOf(to) <= layerOf(from);
}

function layerOf(place: string): number {
  return LAYERS.findIndex((layer) => layer.includes(place));
}

/** A file in one place, and how it spells a file in another. */
function pathsOf(from: string, to: string): { path: string; target: string } {
  const name = `imports-${to.replace('.ts', '')}.ts`;
  const file = to === 'node.ts' ? 'node.ts' : `${to}/some-file.ts`;
  if (from === to)
    return { path: from === 'node.ts' ? `src/${name}` : `${rootOf(from)}${from}/${name}`, target: './some-file.ts' };
  if (from === 'node.ts') return { path: `src/${name}`, target: to === 'proto' ? `../${file}` : `./${file}` };
  if (from === 'proto') return { path: `proto/${name}`, target: `../src/${file}` };
  return { path: `src/${from}/${name}`, target: to === 'proto' ? `../../${file}` : `../${file}` };
}

function rootOf(place: string): string {
  return place === 'proto' ? '' : 'src/';
}
