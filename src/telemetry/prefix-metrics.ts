import { Gauge, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';

/** Resolutions of a prefix in a minute, by outcome. */
export type PrefixRates = { readonly prefix: string } & Readonly<Record<string, number | string>>;

const NAME = 'kapok_prefix_resolutions';
/** Prefixes that Prometheus is told of: each is a series for every outcome. */
const TOP = 20;

type Values = MetricValue<string>[];

/**
 * A gauge, for a prefix that leaves the first 20 ends as a series: a counter that ended and came back would look as if it had
 * begun anew. `shared`: what is told goes to another process, which takes the first 20 of all.
 */
export function observePrefixes(read: () => readonly PrefixRates[], registers: Registry[], shared: boolean): void {
  new Gauge({
    name: NAME,
    help: 'Resolutions of the prefixes that were resolved most, in the last minute that is over',
    labelNames: ['prefix', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { prefix, ...ends } of shared ? read() : read().slice(0, TOP)) {
        for (const [outcome, count] of Object.entries(ends))
          if (typeof count === 'number' && count > 0) this.set({ prefix, outcome }, count);
      }
    },
  });
}

/** Leaves those prefixes that all processes together have resolved most. */
export function keepTop(processes: readonly MetricObjectWithValues<MetricValue<string>>[][]): void {
  const all = processes.flatMap((metrics) => metrics.filter(({ name }) => name === NAME));
  const sums = new Map<unknown, number>();
  for (const { values } of all)
    for (const { labels, value } of values) sums.set(labels.prefix, (sums.get(labels.prefix) ?? 0) + value);
  const first = [...sums].sort(([, a], [, b]) => b - a).slice(0, TOP);
  const kept = new Set(first.map(([prefix]) => prefix));
  for (const metric of all) metric.values = (metric.values as Values).filter(({ labels }) => kept.has(labels.prefix));
}
