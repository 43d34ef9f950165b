import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { type LoadProfile, prepareLoad } from '../load-profile.ts';
import type { NodeServer } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';

/** The whole service as a user runs it; 1,000 identifiers that its memory holds. */
export const memoryHit: Profile = {
  name: 'memory-hit',
  about: 'GET of 1,000 identifiers that lie in the memory cache',
  ofBare: { rate: 0.9, cpu: 0.9 },
  prepare: async (bench: Bench) => {
    const { node, hot } = await bench.industry();
    return prepareLoad(bench, hotLoad(node, hot));
  },
};

/** The load of identifiers that lie in a node's memory: what others are compared with. */
export function hotLoad(node: NodeServer, hot: readonly string[]): LoadProfile {
  return {
    url: node.url,
    source: listOf(getRequests(hot)),
    status: 200,
    evenLength: true,
    served: [node.served],
    proof: [{ node, event: 'hit', least: 0.95 }],
    check: async () => {
      for (const identifier of sampleOf(hot)) await checkRecord(node.url, identifier);
    },
  };
}
