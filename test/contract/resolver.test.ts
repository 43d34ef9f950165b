import t, { type Test } from 'tap';
import { NodeCaller } from '../../src/access/node-caller.ts';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { openRedis, type RedisLayer } from '../../src/cache/open-redis.ts';
import { Database } from '../../src/database/database.ts';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { ComputedTable } from '../../src/registry/computed/computed-table.ts';
import { readNode } from '../../src/registry/feed.ts';
import { PrefixTable } from '../../src/registry/prefix-table.ts';
import { RecordReader } from '../../src/registry/record-reader.ts';
import type { CachedOutcome } from '../../src/resolve/cached-outcome.ts';
import { Coherence } from '../../src/resolve/coherence.ts';
import { HostedStep } from '../../src/resolve/hosted-step.ts';
import { MemoryStep } from '../../src/resolve/memory-step.ts';
import { createQuery } from '../../src/resolve/query.ts';
import { RedisStep } from '../../src/resolve/redis-step.ts';
import { RecursionStep } from '../../src/resolve/remote/recursion-step.ts';
import { ReferralCache } from '../../src/resolve/remote/referral-cache.ts';
import { RestingServers } from '../../src/resolve/remote/resting-servers.ts';
import { SiteClient } from '../../src/resolve/remote/site-client.ts';
import type { Resolver } from '../../src/resolve/resolver.ts';
import { plainRenewal } from '../resolve/outcomes.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { type Ask, testResolver } from './resolver-suite.ts';

const now = Date.now;
const count = () => {};

t.test('every resolver says the same', async (t) => {
  const databaseUrl = await (await startDatabases(t)).create();
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: databaseUrl });

  /** What another process of the same node has: the store, and caches that follow the change feed. */
  async function openProcess(t: Test, redis: RedisLayer | null = null) {
    const database = new Database({ url: databaseUrl, poolSize: 4 });
    t.teardown(() => database.close());
    const { feedHead: from } = await readNode(database);
    const prefixes = new PrefixTable();
    await prefixes.load(database);
    const computed = new ComputedTable();
    await computed.load(database);
    const memory = new MemoryCache<CachedOutcome>({ maxBytes: 1_000_000 });
    const coherence = new Coherence({
      database,
      from,
      prefixes,
      computed,
      known: null,
      memory,
      referrals: new ReferralCache(now),
      redis,
      now,
    });
    t.teardown(() => coherence.close());
    await coherence.start();
    const records = new RecordReader(database);
    const hosted = new HostedStep({
      records,
      nearby: records,
      prefixes,
      computed,
      nodeName: '88.101',
      now,
    });
    const askThrough =
      (step: Resolver): Ask =>
      async (text, { authoritative = false } = {}) => {
        await coherence.follower.catchUp();
        const query = createQuery(parseIdentifier(text), prefixes, { authoritative, recursive: true });
        return step.resolve(query, { deadline: now() + 5_000, trace: null });
      };
    return { prefixes, memory, coherence, hosted, askThrough };
  }

  testResolver(
    t,
    {
      title: 'hosted step',
      again: 'store',
      open: async (t) => {
        const { hosted, askThrough } = await openProcess(t);
        return askThrough(hosted);
      },
    },
    node,
  );

  testResolver(
    t,
    {
      title: 'memory step',
      again: 'memory',
      open: async (t) => {
        const { memory: cache, coherence, hosted, askThrough } = await openProcess(t);
        const isCurrent = () => coherence.follower.current;
        return askThrough(
          new MemoryStep({ cache, next: hosted, isCurrent, staleWait: 1_000, now, ...plainRenewal, count }),
        );
      },
    },
    node,
  );

  testResolver(
    t,
    {
      title: 'redis step',
      again: 'redis',
      skip: redisMissing(),
      open: async (t) => {
        const redis = openRedis({ place: (await startRedis(t)).place, nodeId: 'contract', now });
        t.teardown(() => redis.close());
        const { prefixes, hosted, askThrough } = await openProcess(t, redis);
        await until(() => redis.cache.usable);
        return askThrough(
          new RedisStep({ cache: redis.cache, single: null, next: hosted, kind: 'own', prefixes, now, count }),
        );
      },
    },
    node,
  );

  testResolver(
    t,
    {
      title: 'remote node',
      again: 'remote',
      open: async (t, { url }) => {
        const caller = new NodeCaller({ connectTimeout: 2_000, now });
        t.teardown(() => caller.close());
        const client = new SiteClient({ caller, hopTimeout: 2_000, resting: new RestingServers(now), now });
        const prefixes = new PrefixTable();
        const referrals = new ReferralCache(now);
        const root = siteOfUrl(url);
        const step = new RecursionStep({
          prefixes,
          referrals,
          client,
          watches: { see: () => null },
          root,
          nodeName: 'resolver',
          now,
        });
        return async (text, { authoritative = false } = {}) => {
          const query = createQuery(parseIdentifier(text), prefixes, { authoritative, recursive: true });
          return step.resolve(query, { deadline: now() + 5_000, trace: null });
        };
      },
    },
    node,
  );
});
