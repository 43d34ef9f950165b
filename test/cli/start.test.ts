import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { root } from '../support/root.ts';

/** What takes longer to load than the rest of a command together, or is of no use to most of them. */
const HEAVY = ['typebox', 'undici', 'fastify', 'pg', 'ioredis', 'pino', 'jose'];

const STATIC = /^(?:import|export) (?!type\b)(?:[^;'"]*? from )?['"]([^'"]+)['"]/gm;

t.test('a command is loaded without what others need, and without what its action alone does', async (t) => {
  const reached = new Map<string, string>([['src/cli/program.ts', '']]);
  const packages = new Map<string, string>();
  for (const [path] of reached) {
    for (const [, from = ''] of readFileSync(join(root, path), 'utf8').matchAll(STATIC)) {
      if (from.startsWith('.')) {
        const next = normalize(join(dirname(path), from));
        if (!reached.has(next)) reached.set(next, path);
      } else packages.set(from, path);
    }
  }
  t.ok(packages.has('commander') && reached.has('src/cli/query.ts'), 'the imports are read');
  for (const name of HEAVY) t.equal(packages.get(name), undefined, `${name} is imported by ${packages.get(name)}`);
});
