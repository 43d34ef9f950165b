import t from 'tap';
import { RateCounters } from '../../src/cache/rate-counters.ts';
import { connectRedis } from '../../src/cache/redis.ts';
import { redisMissing, startRedis } from '../support/redis.ts';

t.test('counts each key by itself, in windows that begin with the first', async (t) => {
  const clock = { now: 1_800_000_000_000 };
  const counters = new RateCounters({ redis: null, nodeId: 'n', now: () => clock.now });
  t.strictSame(await counters.count('a', 1000), { current: 1, ttl: 1000 });
  clock.now += 999;
  t.strictSame(await counters.count('a', 1000), { current: 2, ttl: 1 });
  t.strictSame(await counters.count('b', 1000), { current: 1, ttl: 1000 });
  clock.now += 1;
  t.strictSame(await counters.count('a', 1000), { current: 1, ttl: 1000 }, 'a new window');
});

t.test(
  'goes on from its own count when Redis does not answer, and asks it again after a second',
  { skip: redisMissing() },
  async (t) => {
    const server = await startRedis(t);
    const redis = connectRedis(server.url);
    t.teardown(() => redis.disconnect());
    const clock = { now: 1_800_000_000_000 };
    const counters = new RateCounters({ redis, nodeId: 'n', now: () => clock.now });
    // Other processes have counted: what Redis says is told, once it is reached.
    const joined = async () => {
      for (let i = 1; i < 400; i++) {
        clock.now += 1_001;
        const before = i;
        if ((await counters.count('a', 600_000_000)).current >= 1_000_000) return before;
        await redis.set('kapok:n:rate:a', 1_000_000).catch(() => {});
      }
      return 0;
    };
    const asked = await joined();
    t.ok(asked > 0);
    await server.kill();
    t.equal((await counters.count('a', 600_000_000)).current, asked + 1, 'its own');
  },
);
