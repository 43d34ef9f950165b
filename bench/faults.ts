import type { Bench } from './bench.ts';
import { checkRecord } from './checks.ts';
import type { Served } from './cpu.ts';
import { resolveAll } from './fill.ts';
import type { Moment } from './load.ts';
import { type LoadProfile, type MeasuredLoad, measureLoad } from './load-profile.ts';
import type { Measurement, Prepared } from './profile.ts';
import { getRequests, listOf, sampleOf } from './requests.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Requests a second: far below what a node can do, so that what is seen is the fault. */
const RATE = 300;
const CONNECTIONS = 500;
/** What a node gives a resolution when no setting says otherwise, in milliseconds, and when the generator gives up. */
const DEADLINE = 5_000;
const TIMEOUT = 7_000;

export interface Fault {
  readonly name: string;
  /** The server behind the proxy: its URL, and the setting of the node that names it. */
  readonly target: string;
  readonly setting: 'DATABASE_URL' | 'REDIS_URL';
  /** Who serves beside the node and PostgreSQL. */
  readonly served?: readonly Served[];
  readonly begin: (proxy: TcpProxy) => Promise<void> | void;
  /** While it lasts, what is not in memory can have no answer. */
  readonly coldMayFail: boolean;
}

/**
 * An open loop over three times the seconds of a round: the fault begins after the first and ends after the second. Half of the
 * requests are for what lies in memory, half for what does not; each answer is compared value by value.
 */
export async function prepareFault(bench: Bench, fault: Fault): Promise<Prepared> {
  const { settings, hot, identifiers } = await bench.industry();
  const proxy = await startTcpProxy(fault.target);
  bench.resources.add(() => proxy.cut());
  const node = await bench.startNode(fault.name, { ...settings, [fault.setting]: proxy.url });
  await resolveAll(node, hot);
  const record = (handle: string) => ({ kind: 'record', handle }) as const;
  const cold = getRequests(identifiers.slice(hot.length), record).map((request) => ({
    ...request,
    mayFail: fault.coldMayFail,
  }));
  const parts = [getRequests(hot, record), ...(cold.length === 0 ? [] : [cold])].map((requests, _, all) => ({
    share: 1 / all.length,
    source: listOf(requests),
  }));
  const check = async () => {
    for (const identifier of sampleOf(hot)) await checkRecord(node.url, identifier);
  };
  const load = faultLoad({
    url: node.url,
    source: { kind: 'mix', parts },
    served: [node.served, await bench.postgres.served(), ...(fault.served ?? [])],
    check,
  });
  const begin = () => fault.begin(proxy);
  return { unit: 'requests', check, measure: (seconds) => measureFault(bench, { load, proxy, begin, seconds }) };
}

/** Requests at a constant rate, whatever becomes of them. */
export function faultLoad(of: Pick<LoadProfile, 'url' | 'source' | 'served' | 'check'>): LoadProfile {
  const loop = { kind: 'open', rate: RATE, connections: CONNECTIONS } as const;
  return { ...of, loop, status: 200, evenLength: false, timeout: TIMEOUT, timeline: true };
}

export interface FaultRun {
  readonly load: LoadProfile;
  readonly proxy: TcpProxy;
  readonly begin: () => Promise<void> | void;
  /** Of each third. */
  readonly seconds: number;
}

export async function measureFault(bench: Bench, { load, proxy, begin, seconds }: FaultRun): Promise<Measurement> {
  const running = measureLoad(bench, load, 3 * seconds);
  const timers = [setTimeout(() => void begin(), 1000 * seconds), setTimeout(() => void proxy.mend(), 2000 * seconds)];
  const measured = await running.finally(() => timers.forEach(clearTimeout));
  return judgeFault(measured, { begunAt: seconds, endedAt: 2 * seconds });
}

function judgeFault(
  { result, ...measured }: MeasuredLoad,
  { begunAt, endedAt }: { begunAt: number; endedAt: number },
): Measurement {
  const { wrong, errors, statuses, shed, unavailable, stale, examples, timeline } = result;
  const failed = Object.values(statuses).reduce((sum, count) => sum + count, errors + shed);
  const slowest = Math.max(result.latency?.p99 ?? 0, result.otherLatency?.p99 ?? 0);
  const recovery = recoveryOf(timeline, endedAt);
  return {
    ...measured,
    chosenRate: true,
    comparisons: [
      { name: 'wrong answers', value: wrong, most: 0 },
      { name: 'errors where an answer exists', value: failed, most: 0 },
      { name: 'p99, failures included, to the deadline of 5 s', value: slowest / DEADLINE, most: 1 },
    ],
    timeline: {
      moments: timeline,
      marks: [
        { at: begunAt, what: 'the fault begins' },
        { at: endedAt, what: 'it ends' },
      ],
    },
    notes: [
      `${unavailable} failures where no answer can exist, ${stale} stale answers`,
      ...Object.entries(statuses).map(([status, count]) => `${count} answers with status ${status}`),
      `recovered ${recovery === null ? 'not before the end' : `${recovery.toFixed(1)} s after the end of the fault`}`,
    ],
    failures: wrong === 0 ? [] : [`${wrong} wrong answers: ${examples[0]}`],
  };
}

/** Seconds from the end of a fault until every request is answered, fresh; null: the last moment was still disturbed. */
export function recoveryOf(timeline: readonly Moment[], endedAt: number): number | null {
  const last = timeline.findLastIndex(({ failed, stale }) => failed + stale > 0);
  if (last === timeline.length - 1) return null;
  return last < 0 ? 0 : Math.max(0, (timeline[last + 1]?.at ?? 0) - endedAt);
}
