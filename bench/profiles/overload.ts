import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { type LoadProfile, measureLoad } from '../load-profile.ts';
import { SMALL_CACHE } from '../node-server.ts';
import type { Measurement, Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { ratio } from '../statistics.ts';
import { milliseconds } from '../table.ts';

/** Clients that have been there before the load comes. */
const CONNECTIONS = 1_000;

/**
 * PostgreSQL misses: first the capacity in a closed loop, then half of it (unloaded) and twice of it (overload) at a constant
 * rate. What is accepted must keep its p99; what is not must be shed with 503 and Retry-After, and nothing else may happen.
 */
export const overload: Profile = {
  name: 'overload',
  about:
    'GET of identifiers in PostgreSQL alone at twice the capacity, open loop; p99 of the accepted beside that at half of it',
  prepare: async (bench) => {
    const { settings, identifiers } = await bench.industry();
    const node = await bench.startNode('overload', { ...settings, ...SMALL_CACHE });
    const load: LoadProfile = {
      url: node.url,
      source: listOf(getRequests(identifiers)),
      status: 200,
      evenLength: true,
      served: [node.served, await bench.postgres.served()],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
      },
    };
    return { unit: 'requests', check: load.check, measure: (seconds) => measureOverload(bench, load, seconds) };
  },
};

async function measureOverload(bench: Bench, load: LoadProfile, seconds: number): Promise<Measurement> {
  const { rate: capacity, failures } = await measureLoad(bench, load, seconds);
  const at = (share: number) =>
    measureLoad(
      bench,
      { ...load, loop: { kind: 'open', rate: share * capacity, connections: CONNECTIONS, standing: true } },
      seconds,
    );
  const unloaded = await at(0.5);
  const { result, ...loaded } = await at(2);
  const { answered, shed, lag } = result;
  const share = (100 * shed) / Math.max(1, answered + shed);
  return {
    ...loaded,
    comparisons: [
      {
        name: 'p99 of the accepted at 2 × capacity to p99 at 0.5 ×',
        value: ratio(loaded.latency?.p99 ?? null, unloaded.latency?.p99 ?? null),
        most: 3,
      },
    ],
    notes: [
      `capacity ${Math.round(capacity)}/s in a closed loop; p99 ${milliseconds(unloaded.latency?.p99 ?? null)} ms at half of it`,
      `at twice of it ${share.toFixed(1)} % shed, those within ${milliseconds(result.otherLatency?.p99 ?? null)} ms (p99)`,
      `the generator was behind its clock by ${milliseconds(lag?.p99 ?? null)} ms (p99, queueing for connections included)`,
    ],
    failures: [...failures, ...unloaded.failures, ...loaded.failures.filter((failure) => !isShed(failure))],
  };
}

/** What an overloaded node has to do is no failure of this profile. */
function isShed(failure: string): boolean {
  return failure.endsWith('answers with status 503');
}
