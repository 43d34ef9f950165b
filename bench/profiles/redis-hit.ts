import { Redis } from 'ioredis';
import { prepareBeside } from '../beside.ts';
import { checkRecord } from '../checks.ts';
import { resolveAll } from '../fill.ts';
import { callHttp } from '../http.ts';
import { SMALL_CACHE } from '../node-server.ts';
import { NotMeasured, type Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { besideRawStore, startRawStore } from '../store.ts';
import { withClient } from '../with-client.ts';

/**
 * A process of the node whose memory is cold, beside one that has filled the Redis which both share. Beside it a raw server
 * that gets the whole answer from Redis, one GET a request.
 */
export const redisHit: Profile = {
  name: 'redis-hit',
  about: 'GET of 50,000 identifiers that lie in Redis and not in memory, beside one raw ioredis GET a request',
  prepare: async (bench) => {
    const redis = await bench.redis();
    if (redis === null) throw new NotMeasured('no redis-server on the PATH, and no REDIS_URL');
    const { settings, identifiers } = await bench.industry();
    const id = await nodeId(settings.DATABASE_URL as string);
    bench.resources.add(() => redis.forget(`kapok:${id}`));
    bench.resources.add(() => redis.forget('kapok-bench'));
    const shared = { ...settings, REDIS_URL: redis.url };
    const filler = await bench.startNode('redis-filler', shared);
    await resolveAll(filler, identifiers);
    await fillRaw(redis.url, { nodeUrl: filler.url, identifiers });
    await filler.close();
    const node = await bench.startNode('redis-hit', { ...shared, ...SMALL_CACHE });
    const raw = await startRawStore(bench, { name: 'raw-redis', store: { redisUrl: redis.url } });
    const load = {
      url: node.url,
      source: listOf(getRequests(identifiers)),
      status: 200,
      evenLength: true,
      served: [node.served, redis.served],
      proof: [{ node, event: 'redis-hit', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
      },
    } as const;
    return prepareBeside(bench, load, {
      profile: besideRawStore(load, raw, identifiers[0] as string),
      name: 'requests/s to one raw ioredis GET a request',
    });
  },
};

/** Whole answers under keys of their own: those of one record, with the other names in them. */
async function fillRaw(
  redisUrl: string,
  { nodeUrl, identifiers }: { nodeUrl: string; identifiers: readonly string[] },
) {
  const [first = ''] = identifiers;
  const { body } = await callHttp(`${nodeUrl}/api/handles/${first}`);
  const text = body.toString();
  const redis = new Redis(redisUrl);
  for (let i = 0; i < identifiers.length; i += 1000) {
    const pairs = identifiers
      .slice(i, i + 1000)
      .flatMap((name) => [`kapok-bench:${name}`, text.replaceAll(first, name)]);
    await redis.mset(...pairs);
  }
  redis.disconnect();
}

async function nodeId(databaseUrl: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from node');
    return rows[0]?.id ?? '';
  });
}
