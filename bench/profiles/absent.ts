import { checkAbsent } from '../checks.ts';
import { prepareLoad } from '../load-profile.ts';
import { SMALL_CACHE } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { absentIdentifiers, getRequests, sampleOf } from '../requests.ts';
import { INDUSTRY } from '../worlds/industry.ts';

/** Random names that were never registered: a node must look each one up before it can say no. */
export const absent: Profile = {
  name: 'absent',
  about: 'GET of as many random identifiers that were never registered; each is looked up in PostgreSQL',
  prepare: async (bench) => {
    const { settings, identifiers } = await bench.industry();
    const node = await bench.startNode('absent', { ...settings, ...SMALL_CACHE });
    const names = absentIdentifiers(INDUSTRY, identifiers.length);
    return prepareLoad(bench, {
      url: node.url,
      requests: getRequests(names),
      status: 404,
      evenLength: true,
      served: [node.served, await bench.postgres.served()],
      proof: [{ node, event: 'miss', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(names)) await checkAbsent(node.url, identifier);
      },
    });
  },
};
