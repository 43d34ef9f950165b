import { once } from 'node:events';
import t from 'tap';
import { connectRedis } from '../../src/cache/redis.ts';
import { RedisCache } from '../../src/cache/redis-cache.ts';
import { redisMissing, startRedis } from '../support/redis.ts';

const name = { prefix: '88.101', rest: 'own:a' };
/** One command's time and that of one it may have to wait for, and what a busy machine adds. */
const BOUND = 400;

t.test('with a Redis server', { skip: redisMissing() }, async (t) => {
  t.test('a Redis that was killed is a miss at once, and is read again when it is back and trusted', async (t) => {
    const server = await startRedis(t);
    const redis = connectRedis(server.url);
    t.teardown(() => redis.disconnect());
    await once(redis, 'ready');
    const cache = new RedisCache({ redis, nodeId: 'n' });
    await cache.attach(0);
    cache.trust();
    const closed = once(redis, 'close');
    await server.kill();
    await closed;
    t.notOk(cache.trusted, 'whoever answers next may know nothing, or something old');
    cache.trust();
    const begun = performance.now();
    t.equal(await cache.get(name), null);
    cache.put(name, { version: 1, text: 'one' }, { lifetime: 60_000, begun: cache.begin() });
    t.ok(performance.now() - begun < BOUND);
    await t.rejects(cache.raise([{ name, version: 1 }], 1), 'the feed is told');
    const back = once(redis, 'ready');
    await server.restart();
    await back;
    t.equal(await cache.attach(7), 7, 'it is empty: a new epoch begins');
  });

  t.test('a Redis that does not answer costs one timeout, then nothing for a second', async (t) => {
    const server = await startRedis(t);
    const redis = connectRedis(server.url);
    t.teardown(() => redis.disconnect());
    await once(redis, 'ready');
    const clock = { now: Date.now() };
    const cache = new RedisCache({ redis, nodeId: 'n', now: () => clock.now });
    await cache.attach(0);
    cache.trust();
    cache.put(name, { version: 1, text: 'one' }, { lifetime: 60_000, begun: cache.begin() });
    t.ok(await cache.get(name));
    server.pause();
    t.teardown(() => server.resume());
    const begun = performance.now();
    const crowd = Array.from({ length: 500 }, () => cache.get(name));
    t.same(new Set(await Promise.all(crowd)), new Set([null]));
    const took = performance.now() - begun;
    t.ok(took < BOUND, `${took} ms`);
    t.notOk(cache.usable);
    const again = performance.now();
    t.equal(await cache.get(name), null);
    t.ok(performance.now() - again < 20, 'it is not asked');
    server.resume();
    clock.now += 1_001;
    t.ok(cache.usable);
    const answer = retry(() => {
      clock.now += 1_001;
      return cache.get(name);
    });
    t.same(await answer, { version: 1, text: 'one' });
  });

  t.test('asking a Redis that was never there fails at once', async (t) => {
    const server = await startRedis(t);
    await server.kill();
    const redis = connectRedis(server.url);
    t.teardown(() => redis.disconnect());
    const cache = new RedisCache({ redis, nodeId: 'n' });
    const begun = performance.now();
    await t.rejects(cache.attach(0));
    t.ok(performance.now() - begun < BOUND);
    t.equal(await cache.get(name), null);
  });
});

/** What was sent to a Redis that stood still may still be in its way: the first answer after it counts. */
async function retry<T>(ask: () => Promise<T | null>): Promise<T | null> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
  return null;
}
