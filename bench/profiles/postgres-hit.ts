import { prepareBeside } from '../beside.ts';
import { checkRecord } from '../checks.ts';
import { SMALL_CACHE } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { besideRawStore, startRawStore } from '../store.ts';

/**
 * A process of the node without Redis; its memory is too small for what is asked, so the database answers. Beside it a raw
 * server that runs one prepared statement a request over a pool of the same size.
 */
export const postgresHit: Profile = {
  name: 'postgres-hit',
  about: 'GET of 50,000 identifiers that lie in PostgreSQL alone, beside one raw pg query a request',
  ofBare: { rate: 0.55 },
  prepare: async (bench) => {
    const { settings, identifiers } = await bench.industry();
    const node = await bench.startNode('postgres-hit', { ...settings, ...SMALL_CACHE });
    const raw = await startRawStore(bench, { name: 'raw-pg', store: { databaseUrl: settings.DATABASE_URL as string } });
    const load = {
      url: node.url,
      source: listOf(getRequests(identifiers)),
      status: 200,
      evenLength: true,
      served: [node.served, await bench.postgres.served()],
      proof: [{ node, event: 'miss', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
      },
    } as const;
    return prepareBeside(bench, load, {
      profile: besideRawStore(load, raw, identifiers[0] as string),
      name: 'requests/s to one raw pg query a request',
      least: 2,
    });
  },
};
