import { Histogram } from 'prom-client';

/** How a call of another node ended. */
export type HopResult = 'answered' | 'unreachable' | 'timeout' | 'invalid';

/** Where a resolution leaves the process: told by what makes the call, read by Prometheus. */
export interface Timings {
  /** One statement that looked for so many names. */
  readonly onBatch: (names: number, seconds: number) => void;
  /** One call of another node, for up to 100 identifiers. */
  readonly onHop: (result: HopResult, seconds: number) => void;
  readonly metrics: readonly Histogram[];
}

export function createTimings(): Timings {
  const registers: [] = [];
  const names = new Histogram({
    name: 'kapok_database_batch_names',
    help: 'Names that one statement looked for',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const batches = new Histogram({
    name: 'kapok_database_batch_seconds',
    help: 'Time of one statement that reads records, its wait for a connection included',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const hops = new Histogram({
    name: 'kapok_hop_seconds',
    help: 'Time of one call of another node, by how it ended',
    labelNames: ['result'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return {
    onBatch: (count, seconds) => {
      names.observe(count);
      batches.observe(seconds);
    },
    onHop: (result, seconds) => hops.observe({ result }, seconds),
    metrics: [names, batches, hops as Histogram],
  };
}
