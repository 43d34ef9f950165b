import { checkRecord } from '../checks.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { getRequests, sampleOf } from '../requests.ts';

/** The whole service as a user runs it; 1,000 identifiers that its memory holds. */
export const memoryHit: Profile = {
  name: 'memory-hit',
  about: 'GET of 1,000 identifiers that lie in the memory cache',
  prepare: async (bench) => {
    const { node, hot } = await bench.industry();
    return prepareLoad(bench, {
      url: node.url,
      requests: getRequests(hot),
      status: 200,
      evenLength: true,
      served: [node.served],
      proof: [{ node, event: 'hit', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(hot)) await checkRecord(node.url, identifier);
      },
    });
  },
};
