import { checkRecord } from '../checks.ts';
import { prepareLoad } from '../load-profile.ts';
import { SMALL_CACHE } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { getRequests, sampleOf } from '../requests.ts';

/** A process of the node without Redis; its memory is too small for what is asked, so the database answers. */
export const postgresHit: Profile = {
  name: 'postgres-hit',
  about: 'GET of 50,000 identifiers that lie in PostgreSQL alone',
  prepare: async (bench) => {
    const { settings, identifiers } = await bench.industry();
    const node = await bench.startNode('postgres-hit', { ...settings, ...SMALL_CACHE });
    return prepareLoad(bench, {
      url: node.url,
      requests: getRequests(identifiers),
      status: 200,
      evenLength: true,
      served: [node.served, await bench.postgres.served()],
      proof: [{ node, event: 'miss', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
      },
    });
  },
};
