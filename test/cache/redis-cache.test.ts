import { once } from 'node:events';
import t, { type Test } from 'tap';
import { connectRedis } from '../../src/cache/redis.ts';
import { RedisCache } from '../../src/cache/redis-cache.ts';
import { redisMissing, startRedis, type TestRedis } from '../support/redis.ts';

const name = { prefix: '88.101', rest: 'own:a' };
const MINUTE = 60_000;

interface Opened {
  readonly cache: RedisCache;
  readonly redis: ReturnType<typeof connectRedis>;
  /** The clock of this process, in milliseconds. */
  readonly clock: { now: number };
}

/** One process's cache, trusted and joined to the epoch of the node. */
async function openCache(t: Test, { url }: TestRedis, { nodeId = 'n', seq = 0 } = {}): Promise<Opened> {
  const redis = connectRedis(url);
  t.teardown(() => redis.disconnect());
  await once(redis, 'ready');
  const clock = { now: 1_000_000 };
  const cache = new RedisCache({ redis, nodeId, now: () => clock.now });
  await cache.attach(seq);
  cache.trust();
  return { cache, redis, clock };
}

function put({ cache }: Opened, version: number, text: string, lifetime = MINUTE): void {
  cache.put(name, { version, text }, { lifetime, begun: cache.begin() });
}

t.test('with a Redis server', { skip: redisMissing() }, async (t) => {
  const server = await startRedis(t);
  t.beforeEach(async () => {
    const redis = connectRedis(server.url);
    await once(redis, 'ready');
    await redis.flushall();
    redis.disconnect();
  });

  t.test('what is put is found, by every process of the node and by no other node', async (t) => {
    const [a, b, other] = [
      await openCache(t, server),
      await openCache(t, server),
      await openCache(t, server, { nodeId: 'm' }),
    ];
    t.equal(await a.cache.get(name), null);
    put(a, 3, 'hello: "标识"\n[]');
    t.same(await a.cache.get(name), { version: 3, text: 'hello: "标识"\n[]' });
    t.same(await b.cache.get(name), { version: 3, text: 'hello: "标识"\n[]' });
    t.equal(await other.cache.get(name), null);
  });

  t.test('an older version never replaces a newer one, whoever puts it', async (t) => {
    const [a, b] = [await openCache(t, server), await openCache(t, server)];
    put(a, 10, 'ten');
    await a.cache.get(name);
    put(b, 9, 'nine');
    t.same(await b.cache.get(name), { version: 10, text: 'ten' }, 'numbers are compared, not texts');
    put(b, 10, 'ten again');
    t.same(await b.cache.get(name), { version: 10, text: 'ten again' });
    put(b, 11, 'eleven');
    t.same(await b.cache.get(name), { version: 11, text: 'eleven' });
  });

  t.test('a floor removes what is older and refuses it from then on', async (t) => {
    const [a, b] = [await openCache(t, server), await openCache(t, server)];
    put(a, 1, 'one');
    const begun = b.cache.begin();
    await a.cache.raise([{ name, version: 2 }], 1);
    t.equal(await b.cache.get(name), null);
    b.cache.put(name, { version: 1, text: 'one, late' }, { lifetime: MINUTE, begun });
    b.cache.put(name, { version: 0, text: 'absent, late' }, { lifetime: MINUTE, begun });
    t.equal(await b.cache.get(name), null);
    put(b, 2, 'two');
    t.same(await a.cache.get(name), { version: 2, text: 'two' });
    await a.cache.raise([{ name, version: 2 }], 1);
    t.same(
      await a.cache.get(name),
      { version: 2, text: 'two' },
      'the floor of another process keeps what is not older',
    );
  });

  t.test('every prefix has a hash tag of its own, so that its keys share a slot of a cluster', async (t) => {
    const a = await openCache(t, server);
    put(a, 1, 'one');
    await a.cache.get(name);
    t.match(await a.redis.keys('*{88.101}*'), [/^kapok:n:[0-9a-f-]{36}:\{88\.101\}:own:a$/]);
  });

  t.test('what is put lives as long as it may, and a floor two minutes', async (t) => {
    const a = await openCache(t, server);
    put(a, 1, 'one', 5_000);
    await a.cache.get(name);
    const [key = ''] = await a.redis.keys('*{88.101}*');
    t.ok((await a.redis.pttl(key)) <= 5_000);
    put(a, 2, 'two', 0);
    t.same(await a.cache.get(name), { version: 1, text: 'one' }, 'what has no time left is not put');
    await a.cache.raise([{ name, version: 3 }], 1);
    const left = await a.redis.pttl(key);
    t.ok(left > 110_000 && left <= 120_000, `${left}`);
  });

  t.test('a read that took over a minute is not put: the floor that it must meet may be gone', async (t) => {
    const a = await openCache(t, server);
    const begun = a.cache.begin();
    a.clock.now += 61_000;
    a.cache.put(name, { version: 1, text: 'late' }, { lifetime: MINUTE, begun });
    t.equal(await a.cache.get(name), null);
  });

  t.test('the processes of a node share an epoch, and the number of the last change that was applied', async (t) => {
    const a = await openCache(t, server, { seq: 5 });
    const b = await openCache(t, server, { seq: 3 });
    t.equal(await b.cache.attach(3), 5);
    await b.cache.raise([{ name, version: 1 }], 9);
    t.equal(await a.cache.attach(5), 9);
    await a.cache.raise([], 7);
    t.equal(await a.cache.attach(5), 9, 'it never goes back');
  });

  t.test('a new epoch forgets everything at once', async (t) => {
    const a = await openCache(t, server);
    put(a, 1, 'one');
    t.ok(await a.cache.get(name));
    await a.cache.startEpoch(40);
    t.equal(await a.cache.get(name), null);
    t.equal(await a.cache.attach(0), 40);
  });

  t.test('a read that began in an older epoch is not put: its floors lie there', async (t) => {
    const a = await openCache(t, server);
    const begun = a.cache.begin();
    await a.cache.startEpoch(40);
    a.cache.put(name, { version: 1, text: 'old' }, { lifetime: MINUTE, begun });
    t.equal(await a.cache.get(name), null);
  });

  t.test('who finds that another process has begun a new epoch does not go on as if nothing were', async (t) => {
    const [a, b] = [await openCache(t, server), await openCache(t, server)];
    await a.cache.startEpoch(10);
    await t.rejects(b.cache.raise([{ name, version: 2 }], 11), { message: /new epoch/ });
    t.equal(await b.cache.attach(11), 10, 'the change is not counted as applied');
  });

  t.test('without trust it is neither read nor written', async (t) => {
    const a = await openCache(t, server);
    put(a, 1, 'one');
    t.ok(await a.cache.get(name));
    a.cache.distrust();
    t.equal(await a.cache.get(name), null);
    put(a, 2, 'two');
    a.cache.trust();
    t.same(await a.cache.get(name), { version: 1, text: 'one' });
  });

  t.test('a value that is not ours is a miss', async (t) => {
    const a = await openCache(t, server);
    put(a, 1, 'one');
    await a.cache.get(name);
    const [key = ''] = await a.redis.keys('*{88.101}*');
    await a.redis.set(key, 'garbage');
    t.equal(await a.cache.get(name), null);
    put(a, 1, 'one');
    t.same(await a.cache.get(name), { version: 1, text: 'one' }, 'and gives way');
  });
});
