import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { Agent, request } from 'undici';
import { recordLatency, summarizeLatency } from './latency.ts';
import type { NodeServer } from './node-server.ts';
import type { Measurement } from './profile.ts';

export interface TimedCall {
  readonly kind: string;
  readonly path: string;
}

export interface TimeCallsOptions {
  readonly node: NodeServer;
  readonly calls: readonly TimedCall[];
  readonly seconds: number;
  /** Records that are searched. */
  readonly records: number;
  /** Milliseconds within which 95 of 100 answers must come. */
  readonly limit: number;
}

/** Calls one after another over one connection, for some seconds and at least each once. */
export async function timeCalls({ node, calls, seconds, records, limit }: TimeCallsOptions): Promise<Measurement> {
  const dispatcher = new Agent({ connections: 1 });
  const all = createHistogram();
  const kinds = new Map<string, RecordableHistogram>();
  const failures: string[] = [];
  const begun = performance.now();
  let done = 0;
  for (; done < calls.length || performance.now() - begun < 1000 * seconds; done++) {
    const { kind, path } = calls[done % calls.length] as TimedCall;
    const started = performance.now();
    const { statusCode, body } = await request(`${node.url}${path}`, { dispatcher });
    const text = await body.text();
    const took = performance.now() - started;
    if (statusCode !== 200) failures.push(`${path}: ${statusCode} ${text.slice(0, 200)}`);
    recordLatency(all, took);
    const own = kinds.get(kind) ?? createHistogram();
    recordLatency(own, took);
    kinds.set(kind, own);
  }
  await dispatcher.close();
  const elapsed = (performance.now() - begun) / 1000;
  return {
    rate: done / elapsed,
    chosenRate: true,
    latency: summarizeLatency(all),
    perCpuSecond: null,
    serverCpu: null,
    generatorCpu: null,
    othersCpu: null,
    failures: failures.slice(0, 5),
    comparisons: [{ name: 'p95 ms', value: all.percentile(95) / 1000, most: limit }],
    notes: notesOf({ all, kinds, records }),
  };
}

interface Timed {
  readonly all: RecordableHistogram;
  readonly kinds: ReadonlyMap<string, RecordableHistogram>;
  readonly records: number;
}

function notesOf({ all, kinds, records }: Timed): string[] {
  const at = (histogram: RecordableHistogram, percentile: number) => histogram.percentile(percentile) / 1000;
  const told = (histogram: RecordableHistogram) =>
    [50, 95, 99].map((percentile) => `p${percentile} ${at(histogram, percentile).toFixed(1)} ms`).join(', ');
  return [
    `${records.toLocaleString('en-US')} records: ${told(all)}`,
    ...[...kinds].map(([kind, histogram]) => `${kind}: ${told(histogram)}`),
  ];
}
