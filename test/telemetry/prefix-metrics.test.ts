import { Registry } from 'prom-client';
import t from 'tap';
import { keepTop, observePrefixes, type PrefixRates } from '../../src/telemetry/prefix-metrics.ts';

const registryOf = (rates: readonly PrefixRates[], shared: boolean) => {
  const registry = new Registry();
  observePrefixes(() => rates, [registry], shared);
  return registry;
};
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i): PrefixRates => ({ prefix: `88.${from + i}`, found: 1000 - i, failed: 0 }));

t.test('a process tells of 20 prefixes and of the outcomes that there were', async (t) => {
  const lines = (await registryOf(many(30), false).metrics()).split('\n').filter((line) => !line.startsWith('#'));
  t.equal(lines.filter((line) => line !== '').length, 20);
  t.equal(lines[0], 'kapok_prefix_resolutions{prefix="88.0",outcome="found"} 1000');
});

t.test('a prefix that leaves the first 20 ends as a series', async (t) => {
  let rates = many(1);
  const registry = new Registry();
  observePrefixes(() => rates, [registry], false);
  t.match(await registry.metrics(), '88.0');
  rates = many(1, 7);
  const text = await registry.metrics();
  t.notMatch(text, '88.0');
  t.match(text, '88.7');
});

t.test('of several processes those 20 stay that all together have resolved most', async (t) => {
  // In no process among the first 20, and yet the heaviest of all.
  const low = { prefix: '88.999', found: 600, failed: 0 };
  const processes = [
    [...many(25), low],
    [...many(25, 100), low],
  ].map((rates) => registryOf(rates, true));
  const told = await Promise.all(processes.map((registry) => registry.getMetricsAsJSON()));
  keepTop(told);
  const prefixes = told.flatMap(([metric]) => metric?.values.map(({ labels }) => labels.prefix) ?? []);
  t.equal(new Set(prefixes).size, 20);
  t.equal(prefixes.filter((prefix) => prefix === '88.999').length, 2);
});
