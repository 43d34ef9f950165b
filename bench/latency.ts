import type { RecordableHistogram } from 'node:perf_hooks';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Percentile and milliseconds, rising: what is drawn. */
  readonly curve: readonly (readonly [percentile: number, milliseconds: number])[];
}

/** Denser towards the end, where distributions differ. */
const CURVE = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 97.5, 99, 99.5, 99.9, 99.99];

/** In microseconds, for most answers take less than a millisecond. */
export function recordLatency(histogram: RecordableHistogram, milliseconds: number): void {
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)));
}

export function summarizeLatency(histogram: RecordableHistogram): Latency | null {
  if (histogram.count === 0) return null;
  const at = (percentile: number) => histogram.percentile(percentile) / 1000;
  return {
    p50: at(50),
    p99: at(99),
    p999: at(99.9),
    max: histogram.max / 1000,
    curve: CURVE.map((percentile) => [percentile, at(percentile)] as const),
  };
}
