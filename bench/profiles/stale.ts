import { setTimeout } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { faultLoad, measureFault } from '../faults.ts';
import { resolveAll } from '../fill.ts';
import { callHttp, headerOf } from '../http.ts';
import { type LoadProfile, measureLoad } from '../load-profile.ts';
import type { Measurement, Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { ratio } from '../statistics.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** Milliseconds between two looks whether answers say that they are stale, and looks at most. */
const PAUSE = 50;
const LOOKS = 600;
/** Questions under way at once. */
const AT_ONCE = 50;

/**
 * A recursing node that was asked for 1,000 records of another node, which then goes away: a proxy refuses its connections. In an
 * open loop the upstream is away for the second third; then it is away once more, for a closed loop that tells the rate.
 */
export const stale: Profile = {
  name: 'stale',
  about:
    'GET at a recursing node of 1,000 identifiers of another node, which has gone away: old answers, told as stale',
  prepare: async (bench) => {
    const { node: upstream, hot } = await bench.industry();
    const proxy = await startTcpProxy(upstream.url);
    bench.resources.add(() => proxy.cut());
    const node = await bench.startNode('stale', {
      KAPOK_ROLE: 'resolver',
      KAPOK_ROOT_URL: proxy.url.replace(/\/$/, ''),
      DATABASE_URL: await bench.postgres.createDatabase('stale'),
    });
    await resolveAll(node, hot);
    const check = async () => {
      for (const identifier of sampleOf(hot)) await checkRecord(node.url, identifier);
    };
    const load: LoadProfile = {
      url: node.url,
      source: listOf(getRequests(hot)),
      status: 200,
      // An answer that is stale says for how long it has been.
      evenLength: false,
      timeline: true,
      served: [node.served],
      check,
    };
    const fault = faultLoad({ ...load, source: listOf(getRequests(hot, (handle) => ({ kind: 'record', handle }))) });
    const measure = (seconds: number) => measureStale(bench, { hot, proxy, load, fault, seconds });
    return { unit: 'requests', check, measure };
  },
};

interface Staleness {
  readonly hot: readonly string[];
  readonly proxy: TcpProxy;
  readonly load: LoadProfile;
  readonly fault: LoadProfile;
  readonly seconds: number;
}

async function measureStale(bench: Bench, { hot, proxy, load, fault, seconds }: Staleness): Promise<Measurement> {
  const gone = await measureFault(bench, { load: fault, proxy, begin: () => proxy.cut(), seconds });
  await waitUntil(load.url, { hot, isStale: false });
  const fresh = await measureLoad(bench, load, seconds);
  await proxy.cut();
  try {
    await waitUntil(load.url, { hot, isStale: true });
    const { result, ...measured } = await measureLoad(bench, load, seconds);
    return {
      ...measured,
      comparisons: [
        ...(gone.comparisons ?? []),
        {
          name: 'answers told as stale while the upstream is away',
          value: ratio(result.stale, result.answered),
          least: 1,
        },
        { name: 'requests/s of stale answers to fresh ones', value: ratio(measured.rate, fresh.rate) },
      ],
      ...(gone.timeline === undefined ? {} : { timeline: gone.timeline }),
      notes: gone.notes ?? [],
      failures: [...gone.failures, ...fresh.failures, ...measured.failures],
    };
  } finally {
    await proxy.mend();
    await waitUntil(load.url, { hot, isStale: false });
  }
}

/** All are fresh once more, or none is any longer: each has a time of its own. */
async function waitUntil(url: string, { hot, isStale }: { hot: readonly string[]; isStale: boolean }): Promise<void> {
  let looks = 0;
  for (let i = 0; i < hot.length; i += AT_ONCE)
    while (!(await are(isStale, url, hot.slice(i, i + AT_ONCE)))) {
      if (++looks === LOOKS) throw new Error(`The answers do not become ${isStale ? 'stale' : 'fresh'}`);
      await setTimeout(PAUSE);
    }
}

async function are(stale: boolean, url: string, identifiers: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(identifiers.map((identifier) => callHttp(`${url}/api/handles/${identifier}`)));
  return answers.every((answer) => answer.status === 200 && (headerOf(answer, 'kapok-stale') !== null) === stale);
}
