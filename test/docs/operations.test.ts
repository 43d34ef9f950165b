import t from 'tap';
import { readConfig, VARIABLES } from '../../src/config/config.ts';
import { readDocument, readTable } from './markdown.ts';

const operations = readDocument('docs/operations.md');
const bare = (cell: string | undefined) => (cell ?? '').replaceAll('`', '');

t.test('the table of settings names every variable, in the order of the program, and no other', async (t) => {
  t.strictSame(
    readTable(operations, 'variable').map(([name]) => bare(name)),
    VARIABLES,
  );
});

t.test('the defaults in the table are those of the program', async (t) => {
  const config = readConfig({ KAPOK_PREFIX: '88.101' });
  const defaults = new Map(readTable(operations, 'variable').map(([name, value]) => [bare(name), bare(value)]));
  const stated = ['KAPOK_HOST', 'KAPOK_PORT', 'KAPOK_DATA_DIR', 'KAPOK_DEADLINE_MS', 'KAPOK_HOP_TIMEOUT_MS'];
  const more = ['KAPOK_RATE_LIMIT', 'KAPOK_LOG_LEVEL', 'KAPOK_CACHE_BYTES'];
  const { host, port, dataDir, deadline, hopTimeout, rateLimit, logLevel, cacheBytes } = config;
  const actual = [host, port, dataDir, deadline, hopTimeout, rateLimit, logLevel, cacheBytes].map(String);
  t.strictSame(
    [...stated, ...more].map((name) => defaults.get(name)?.split(' ', 1)[0]),
    actual,
  );
});

t.test('each limit has the value that the source gives it', async (t) => {
  for (const [name, value, path] of readTable(operations, 'constant')) {
    const source = readDocument(bare(path));
    const [, expression = ''] = new RegExp(`const ${bare(name)} = ([\\d_* ]+);`).exec(source) ?? [];
    t.equal(product(expression), Number(value), `${name} in ${path}`);
  }
});

t.test('each metric is one that the program has', async (t) => {
  const files = ['metrics', 'prefix-metrics', 'timings'].map((name) => readDocument(`src/telemetry/${name}.ts`));
  const metrics = files.join('');
  const described = readTable(operations, 'metric').flatMap(([name]) => bare(name).split(', '));
  const existing = Array.from(metrics.matchAll(/'(kapok_\w+)'/g), ([, name]) => name as string);
  t.strictSame(described.map((name) => name.replace(/\{.*\}/, '')).sort(), existing.sort());
});

function product(expression: string): number {
  return expression.split('*').reduce((result, factor) => result * Number(factor.trim().replaceAll('_', '')), 1);
}
