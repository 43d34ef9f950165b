import type { Bench } from './bench.ts';
import { type Counters, growth, readCounters } from './counters.ts';
import { cpuSeconds, machineCpuSeconds, type Served } from './cpu.ts';
import type { LoadRequest, LoadResult } from './load.ts';
import type { NodeServer } from './node-server.ts';
import type { Measurement, Prepared } from './profile.ts';

export interface LoadProfile {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
  /** The status that every answer must have. */
  readonly status: number;
  /** Every answer is as long as every other one: whatever is cut short or swollen shows. */
  readonly evenLength: boolean;
  /** Units in one request. */
  readonly each?: { readonly unit: string; readonly count: number };
  readonly served: readonly Served[];
  /** Counters that show which way the requests went. */
  readonly proof?: readonly Proof[];
  readonly check: () => Promise<void>;
}

export interface Proof {
  readonly node: Pick<NodeServer, 'url'>;
  readonly event: 'hit' | 'miss' | 'redis-hit';
  /** The least share of all units. */
  readonly least: number;
}

/** A profile that is a load of HTTP requests. */
export function prepareLoad(bench: Bench, profile: LoadProfile): Prepared {
  const { url, requests, served, proof = [], each = { unit: 'requests', count: 1 } } = profile;
  const measure = async (seconds: number): Promise<Measurement> => {
    const counters = await Promise.all(proof.map(({ node }) => readCounters(node.url)));
    const cpu = cpuSeconds(served);
    const machine = machineCpuSeconds();
    const begun = performance.now();
    const result = await bench.generator.run({ url, requests, connections: bench.options.connections, seconds });
    const elapsed = (performance.now() - begun) / 1000;
    const spent = difference(cpuSeconds(served), cpu);
    const all = difference(machineCpuSeconds(), machine);
    const units = result.answered * each.count;
    const ways = await Promise.all(proof.map((one, i) => wayOf(one, counters[i] as Counters, units)));
    return {
      rate: result.rate * each.count,
      latency: result.latency,
      perCpuSecond: spent === null || spent === 0 ? null : units / spent,
      serverCpu: spent === null ? null : spent / elapsed,
      generatorCpu: result.generatorCpu,
      othersCpu: all === null || spent === null ? null : Math.max(0, (all - spent) / elapsed - result.generatorCpu),
      ...(ways.length === 0 ? {} : { proof: Math.min(...ways.map(({ share }) => share)) }),
      failures: [...failuresOf(result, profile), ...ways.flatMap(({ failure }) => failure ?? [])],
    };
  };
  return { unit: each.unit, check: profile.check, measure };
}

function failuresOf(result: LoadResult, { status, evenLength }: LoadProfile): string[] {
  const { answered, statuses, errors, timeouts, bytes } = result;
  const others = Object.entries(statuses).filter(([code]) => code !== String(status));
  return [
    ...(answered === 0 ? ['no answer at all'] : []),
    ...others.map(([code, count]) => `${count} answers with status ${code} instead of ${status}`),
    ...(errors === 0 ? [] : [`${errors} broken requests, ${timeouts} of them timeouts`]),
    ...(evenLength && bytes.least !== bytes.most ? [`answers of ${bytes.least} to ${bytes.most} bytes`] : []),
  ];
}

async function wayOf({ node, event, least }: Proof, before: Counters, units: number) {
  // Requests that were cut off at the end are counted by the node and not by us.
  const share = Math.min(1, growth(before, await readCounters(node.url), event) / Math.max(1, units));
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const failure = share >= least ? null : `only ${percent(share)} "${event}" at ${node.url}, not ${percent(least)}`;
  return { share, failure };
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
