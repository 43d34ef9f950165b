import type { RecordableHistogram } from 'node:perf_hooks';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** autocannon's own histogram knows whole milliseconds only, and most answers take less: ours counts microseconds. */
export function recordLatency(histogram: RecordableHistogram, milliseconds: number): void {
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)));
}

export function summarizeLatency(histogram: RecordableHistogram): Latency | null {
  if (histogram.count === 0) return null;
  const at = (percentile: number) => histogram.percentile(percentile) / 1000;
  return { p50: at(50), p99: at(99), p999: at(99.9) };
}
