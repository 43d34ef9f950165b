import { Client } from 'pg';
import { checkRecord } from '../checks.ts';
import { resolveAll } from '../fill.ts';
import { prepareLoad } from '../load-profile.ts';
import { SMALL_CACHE } from '../node-server.ts';
import { NotMeasured, type Profile } from '../profile.ts';
import { getRequests, sampleOf } from '../requests.ts';

/** A process of the node whose memory is cold, beside one that has filled the Redis which both share. */
export const redisHit: Profile = {
  name: 'redis-hit',
  about: 'GET of 50,000 identifiers that lie in Redis and not in memory',
  prepare: async (bench) => {
    const redis = await bench.redis();
    if (redis === null) throw new NotMeasured('no redis-server on the PATH, and no REDIS_URL');
    const { settings, identifiers } = await bench.industry();
    const id = await nodeId(settings.DATABASE_URL as string);
    bench.resources.add(() => redis.forget(id));
    const shared = { ...settings, REDIS_URL: redis.url };
    const filler = await bench.startNode('redis-filler', shared);
    await resolveAll(filler, identifiers);
    await filler.close();
    const node = await bench.startNode('redis-hit', { ...shared, ...SMALL_CACHE });
    return prepareLoad(bench, {
      url: node.url,
      requests: getRequests(identifiers),
      status: 200,
      evenLength: true,
      served: [node.served, redis.served],
      proof: [{ node, event: 'redis-hit', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
      },
    });
  },
};

async function nodeId(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from node');
    return rows[0]?.id ?? '';
  } finally {
    await client.end();
  }
}
