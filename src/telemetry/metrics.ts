import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { Neighbours } from '../workers/neighbours.ts';
import { keepTop, observePrefixes, type PrefixRates } from './prefix-metrics.ts';
import type { ResolutionStats } from './stats.ts';
import type { Timings } from './timings.ts';
import type { SpanCounts } from './traces/traces.ts';

export interface MetricsSources {
  /** The other processes of the node on this machine: whoever is asked tells the metrics of all. */
  readonly neighbours?: Neighbours | null;
  readonly stats: ResolutionStats;
  readonly cache: { readonly size: number; readonly bytes: number };
  readonly timings: Timings;
  readonly feedCursor: () => number;
  /** Seconds since the moment of which every change has been applied. */
  readonly feedLag: () => number;
  readonly topPrefixes: () => readonly PrefixRates[];
  readonly prefixes: () => number;
  readonly misses: { readonly all: { readonly underWay: number }; readonly single: { readonly most: number } };
  /** null: this node hosts nothing. */
  readonly filter: { readonly size: number; readonly bytes: number } | null;
  /** null: this node has no catalogue of its own. */
  readonly catalogue: (() => { readonly lag: number; readonly rows: number }) | null;
  readonly watches: () => { readonly current: number; readonly lost: number };
  /** null: no request is followed. */
  readonly spans: { readonly counts: SpanCounts } | null;
  /** null: this node delegates nothing. */
  readonly mirrors: (() => MirrorCounts) | null;
}

export interface MirrorCounts {
  readonly following: number;
  readonly failing: number;
  readonly applied: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly refused: number;
}

export interface Metrics {
  readonly contentType: string;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  /** One answered request; sampled on the hot path. */
  observe(route: string, status: number, seconds: number): void;
}

export function createMetrics(sources: MetricsSources): Metrics {
  const {
    stats,
    cache,
    feedCursor,
    feedLag,
    topPrefixes,
    prefixes,
    misses,
    filter,
    catalogue,
    mirrors,
    watches,
    spans,
    neighbours = null,
  } = sources;
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  // Of a node that does nothing, looking after the event loop every 10 ms, as is the default, was more than half of its work.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  new Counter({
    name: 'kapok_resolutions_total',
    help: 'Resolutions by what happened in the caches',
    labelNames: ['event'],
    registers,
    collect() {
      this.reset();
      const { answers: _answers, ...events } = stats;
      for (const [event, count] of Object.entries(events)) this.inc({ event }, count);
    },
  });
  new Counter({
    name: 'kapok_answers_total',
    help: 'Resolutions by where their answer came from and how they ended',
    labelNames: ['layer', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [layer, ends] of Object.entries(stats.answers))
        for (const [outcome, count] of Object.entries(ends)) this.inc({ layer, outcome }, count);
    },
  });
  const gauge = (name: string, help: string, read: () => number, aggregator: Aggregator = 'first') =>
    new Gauge({
      name,
      help,
      registers,
      aggregator,
      collect() {
        this.set(read());
      },
    });
  gauge('kapok_memory_cache_entries', 'Entries in the memory cache', () => cache.size, 'sum');
  gauge('kapok_memory_cache_bytes', 'Bytes that the entries of the memory cache take', () => cache.bytes, 'sum');
  gauge('kapok_feed_cursor', 'The number of the last change that every process has applied', feedCursor, 'min');
  gauge('kapok_feed_lag_seconds', 'Time since when changes may not have been applied yet', feedLag, 'max');
  if (filter !== null) {
    gauge('kapok_filter_identifiers', 'Identifiers that the filter of absent names knows', () => filter.size);
    gauge('kapok_filter_bytes', 'Bytes that the filter of absent names takes', () => filter.bytes, 'sum');
  }
  gauge('kapok_misses_under_way', 'Resolutions under way behind the caches', () => misses.all.underWay, 'sum');
  gauge('kapok_single_misses_most', 'Single resolutions that may be under way there', () => misses.single.most, 'sum');
  gauge('kapok_prefixes', 'Prefixes that this node hosts or delegates', prefixes);
  new Gauge({
    name: 'kapok_watches',
    help: 'Nodes whose changes are followed, so that their answers can be kept',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(watches())) this.set({ state }, count);
    },
  });
  observePrefixes(topPrefixes, registers, neighbours !== null);
  for (const timing of sources.timings.metrics) registry.registerMetric(timing);
  if (mirrors !== null) observeMirrors(mirrors, registers);
  if (spans !== null) observeSpans(spans, registers);
  if (catalogue !== null) {
    gauge('kapok_catalogue_lag', 'Changes of this node that search does not find yet', () => catalogue().lag);
    gauge('kapok_catalogue_rows', 'Identifiers, own and from below, that search knows', () => catalogue().rows);
  }
  const seconds = new Histogram({
    name: 'kapok_http_request_seconds',
    help: 'Time to answer, by route and status; memory hits are sampled',
    labelNames: ['route', 'status'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  neighbours?.answer('metrics', () => registry.getMetricsAsJSON());
  return {
    contentType: registry.contentType,
    text: async () => {
      if (neighbours === null) return registry.metrics();
      const others = await neighbours.ask('metrics');
      const all = [await registry.getMetricsAsJSON(), ...(others as MetricObjectWithValues<MetricValue<string>>[][])];
      keepTop(all);
      return AggregatorRegistry.aggregate(all as never).metrics();
    },
    observe: (route, status, took) => seconds.observe({ route, status: String(status) }, took),
  };
}

/** How a value of all processes is made of theirs. */
type Aggregator = 'first' | 'sum' | 'min' | 'max';

function observeSpans(spans: NonNullable<MetricsSources['spans']>, registers: Registry[]): void {
  new Counter({
    name: 'kapok_spans_total',
    help: 'Spans of traces by what became of them',
    labelNames: ['event'],
    registers,
    collect() {
      this.reset();
      for (const [event, count] of Object.entries(spans.counts)) this.inc({ event }, count);
    },
  });
}

function observeMirrors(mirrors: () => MirrorCounts, registers: Registry[]): void {
  new Gauge({
    name: 'kapok_mirrors',
    help: 'Nodes below whose feed this process follows',
    labelNames: ['state'],
    registers,
    collect() {
      const { following, failing } = mirrors();
      this.set({ state: 'following' }, following);
      this.set({ state: 'failing' }, failing);
    },
  });
  new Counter({
    name: 'kapok_mirror_entries_total',
    help: 'Entries of nodes below: applied from their feed, put right by comparison, refused as impossible',
    labelNames: ['event'],
    registers,
    collect() {
      this.reset();
      const { applied, added, changed, removed, refused } = mirrors();
      for (const [event, count] of Object.entries({ applied, added, changed, removed, refused }))
        this.inc({ event }, count);
    },
  });
}
