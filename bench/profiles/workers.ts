import { availableParallelism } from 'node:os';
import type { Bench } from '../bench.ts';
import { growth, readCounters } from '../counters.ts';
import { cpuSeconds, type Served } from '../cpu.ts';
import { type GroupFolder, openCpuGroup, usableGroupFolder } from '../cpu-quota.ts';
import { callHttp, JSON_TYPE } from '../http.ts';
import { type LoadProfile, type MeasuredLoad, measureLoad } from '../load-profile.ts';
import type { NodeServer } from '../node-server.ts';
import { type Measurement, NotMeasured, type Profile } from '../profile.ts';
import { warmUpSeconds } from '../rounds.ts';
import { mean, ratio } from '../statistics.ts';
import { chooseQuota, doubtsOf } from '../worker-quota.ts';
import { hotLoad } from './memory-hit.ts';

const DEFAULT_WORKERS = 2;
/** Of as many times the rate of one worker as there are workers. */
const LEAST_SHARE = 0.85;
/** Rounds of filling: the first fills, the second finds nothing missing. */
const PASSES = 20;

/** A node whose workers may take a part of a core each. */
interface Limited {
  readonly load: LoadProfile;
  readonly workers: readonly Served[];
  readonly quota: number;
}

/**
 * Memory hits of a node with one process, and of one with several. Generator and node share the machine, so each worker is given
 * so little of a core that they are full while generator and machine are not; a round in which that did not hold is not judged.
 */
export const workers: Profile = {
  name: 'workers',
  about: 'GET of 1,000 identifiers in memory, of a node with 2 worker processes (--workers) beside one with 1',
  prepare: async (bench) => {
    const count = bench.options.workers ?? DEFAULT_WORKERS;
    const cores = availableParallelism();
    const quota = chooseQuota({ cores, workers: count });
    if (quota === null) throw new NotMeasured(`${count} workers and the generator find no room on ${cores} cores`);
    const folder = usableGroupFolder();
    if (typeof folder === 'string')
      throw new NotMeasured(`without a quota the generator would be what is measured; ${folder}`);
    const one = await startLimited(bench, { count: 1, quota, folder });
    const many = await startLimited(bench, { count, quota, folder });
    return {
      unit: 'requests',
      check: async () => {
        for (const { load } of [one, many]) await load.check();
      },
      measure: (seconds) => measureWorkers(bench, { one, many, seconds }),
    };
  },
};

async function startLimited(
  bench: Bench,
  { count, quota, folder }: { count: number; quota: number; folder: GroupFolder },
): Promise<Limited> {
  const { settings, hot } = await bench.industry();
  const groups = Array.from({ length: count }, (_, i) =>
    openCpuGroup(folder, `kapok-bench-${process.pid}-${count}-${i}`),
  );
  // Closed after the node, whose processes lie in them.
  for (const group of groups) bench.resources.add(async () => group.remove());
  const node = await bench.startNode(`workers-${count}`, { ...settings, KAPOK_WORKERS: String(count) });
  // One process needs no supervisor.
  const workers = count === 1 ? [node.served] : node.workers();
  if (workers.length !== count) throw new Error(`The node has ${workers.length} workers, not ${count}`);
  const load = { ...hotLoad(node, hot), served: count === 1 ? workers : [node.served, ...workers] };
  await fillWorkers(node, { count, hot });
  // What V8 compiles it compiles before it may only take a part of a core.
  await measureLoad(bench, { ...load, proof: [] }, warmUpSeconds(bench.options.seconds));
  for (const [i, group] of groups.entries()) {
    group.add(workers[i]?.pid as number);
    group.limit(quota);
  }
  return { load, workers, quota };
}

/** The supervisor deals out connections in turn: so many, one after the other, reach every worker. */
async function fillWorkers({ url }: NodeServer, { count, hot }: { count: number; hot: readonly string[] }) {
  const body = JSON.stringify({ identifiers: hot });
  for (let pass = 0; pass < PASSES; pass++) {
    const before = await readCounters(url);
    for (let i = 0; i < count; i++) {
      const { status } = await callHttp(`${url}/api/resolve`, { method: 'POST', body, headers: JSON_TYPE });
      if (status !== 200) throw new Error(`${url}/api/resolve answers ${status}`);
    }
    if (growth(before, await readCounters(url), 'miss') === 0) return;
  }
  throw new Error('The workers do not come to hold what is asked for');
}

async function measureWorkers(
  bench: Bench,
  { one, many, seconds }: { one: Limited; many: Limited; seconds: number },
): Promise<Measurement> {
  const before = await measureLimited(bench, one, seconds / 2);
  const { result: _, ...own } = await measureLimited(bench, many, seconds);
  const after = await measureLimited(bench, one, seconds / 2);
  const doubts = [...before.doubts, ...own.doubts, ...after.doubts];
  const { length: count } = many.workers;
  const { doubts: __, ...measured } = own;
  return {
    ...measured,
    comparisons: [
      {
        name: `requests/s of ${count} workers to 1`,
        value: doubts.length > 0 ? null : ratio(own.rate, mean(before.rate, after.rate)),
        least: LEAST_SHARE * count,
      },
    ],
    chosenRate: true,
    notes: [
      `each worker may take ${many.quota} of a core; the generator took ${own.generatorCpu?.toFixed(2)} of its one`,
      ...doubts.map((doubt) => `the last round is not judged: ${doubt}`),
    ],
    failures: [...before.failures, ...own.failures, ...after.failures],
  };
}

async function measureLimited(
  bench: Bench,
  { load, workers, quota }: Limited,
  seconds: number,
): Promise<MeasuredLoad & { doubts: readonly string[] }> {
  const begun = performance.now();
  const spent = workers.map((worker) => cpuSeconds([worker]) ?? 0);
  const measured = await measureLoad(bench, load, seconds);
  const elapsed = (performance.now() - begun) / 1000;
  const taken = workers.map((worker, i) => ((cpuSeconds([worker]) ?? 0) - (spent[i] as number)) / elapsed);
  const generator = measured.generatorCpu ?? 0;
  const machine = (measured.serverCpu ?? 0) + generator + (measured.othersCpu ?? 0);
  const seen = { cores: availableParallelism(), workers: workers.length, quota, taken, generator, machine };
  return { ...measured, doubts: doubtsOf(seen) };
}
