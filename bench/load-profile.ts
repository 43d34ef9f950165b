import type { Bench } from './bench.ts';
import { type Counters, growth, readCounters } from './counters.ts';
import { cpuSeconds, machineCpuSeconds, type Served } from './cpu.ts';
import type { LoadResult, Loop, RequestSource } from './load.ts';
import type { NodeServer } from './node-server.ts';
import type { Measurement, Prepared } from './profile.ts';
import { residentBytes } from './resident.ts';

export interface LoadProfile {
  readonly url: string;
  readonly source: RequestSource;
  /** The status that every answer must have. */
  readonly status: number;
  /** Every answer is as long as every other one: whatever is cut short or swollen shows. */
  readonly evenLength: boolean;
  /** Units in one request. */
  readonly each?: { readonly unit: string; readonly count: number };
  /** A closed loop with the connections of the bench, unless it says otherwise. */
  readonly loop?: Loop;
  /** Milliseconds after which a request is given up, when it is not what the generator takes. */
  readonly timeout?: number;
  /** Tell what happened when. */
  readonly timeline?: boolean;
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
  const { each = { unit: 'requests', count: 1 }, check } = profile;
  const measure = async (seconds: number): Promise<Measurement> => {
    const { result: _, ...measured } = await measureLoad(bench, profile, seconds);
    return measured;
  };
  return { unit: each.unit, check, measure };
}

export interface MeasuredLoad extends Measurement {
  readonly result: LoadResult;
}

/** One load for some seconds, and what it cost whom. */
export async function measureLoad(bench: Bench, profile: LoadProfile, seconds: number): Promise<MeasuredLoad> {
  const { url, source, status, served, proof = [], each = { unit: 'requests', count: 1 } } = profile;
  const { loop = { kind: 'closed', connections: bench.options.connections }, timeout, timeline = false } = profile;
  const counters = await Promise.all(proof.map(({ node }) => readCounters(node.url)));
  const cpu = cpuSeconds(served);
  const machine = machineCpuSeconds();
  const begun = performance.now();
  const result = await bench.generator.run({
    ...{ url, source, loop, seconds, status, timeline },
    ...(timeout === undefined ? {} : { timeout }),
  });
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
    resident: residentBytes(served),
    ...(ways.length === 0 ? {} : { proof: Math.min(...ways.map(({ share }) => share)) }),
    failures: [...failuresOf(result, profile), ...ways.flatMap(({ failure }) => failure ?? [])],
    result,
  };
}

/** Why a load does not count: whatever was not the answer that had to come. */
export function failuresOf(
  result: LoadResult,
  { status, evenLength }: Pick<LoadProfile, 'status' | 'evenLength'>,
): string[] {
  const { answered, statuses, wrong, examples, shed, unavailable, errors, timeouts, reasons, bytes } = result;
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    ...(answered === 0 ? ['no right answer at all'] : []),
    ...Object.entries(statuses).map(([code, count]) => `${count} answers with status ${code} instead of ${status}`),
    ...(wrong === 0 ? [] : [`${wrong} answers that say something else: ${examples[0]}`]),
    ...(shed + unavailable === 0 ? [] : [`${shed + unavailable} answers with status 503`]),
    ...(errors === 0 ? [] : [`${errors} broken requests, ${timeouts} of them timeouts (${why.join(', ')})`]),
    ...(evenLength && bytes.least !== bytes.most ? [`answers of ${bytes.least} to ${bytes.most} bytes`] : []),
  ];
}

async function wayOf({ node, event, least }: Proof, before: Counters, units: number) {
  // Requests that were under way at the end may be counted by the node and not by us.
  const share = Math.min(1, growth(before, await readCounters(node.url), event) / Math.max(1, units));
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const failure = share >= least ? null : `only ${percent(share)} "${event}" at ${node.url}, not ${percent(least)}`;
  return { share, failure };
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
