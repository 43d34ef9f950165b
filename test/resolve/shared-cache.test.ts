import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { startDatabases } from '../support/database.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { nameOf, openCacheProcess } from './cache-process.ts';
import { startPersistentRedis } from './persistent-redis.ts';
import { until } from './until.ts';

t.test('with a Redis server', { skip: redisMissing() }, async (t) => {
  const databases = await startDatabases(t);

  const openProcess = async (t: Test, place: RedisPlace, url?: string) =>
    openCacheProcess(t, { place, url: url ?? (await databases.create()) });

  t.test('a change leaves its floor, and late fills with the older version are refused', async (t) => {
    const { cache, write, put } = await openProcess(t, (await startRedis(t)).place);
    t.ok(cache.trusted);
    await write('a');
    t.match(await put('a', 1), { version: 1 });
    await write('a');
    t.equal(await cache.get(nameOf('a')), null);
    t.equal(await put('a', 1), null);
    t.match(await put('a', 2), { version: 2 });
  });

  t.test('what was written while Redis stood still is mended before Redis is read again', async (t) => {
    const server = await startRedis(t);
    const { cache, write, put } = await openProcess(t, server.place);
    await write('a');
    t.match(await put('a', 1), { version: 1 });
    server.pause();
    const begun = performance.now();
    t.equal(await write('a'), 2);
    t.ok(performance.now() - begun < 2_000, 'the write is not held up');
    t.notOk(cache.trusted);
    t.equal(await write('a'), 3);
    server.resume();
    await until(() => cache.usable);
    t.equal(await cache.get(nameOf('a')), null, 'version 1 is gone');
    t.equal(await put('a', 2), null);
    t.match(await put('a', 3), { version: 3 });
  });

  t.test('what was written while Redis was gone is mended, when it comes back with what it had before', async (t) => {
    const server = await startPersistentRedis(t);
    const { cache, write, put } = await openProcess(t, server.place);
    for (const suffix of ['a', 'b']) {
      await write(suffix);
      await put(suffix, 1);
    }
    await save(server.url);
    await write('a');
    t.match(await put('a', 2), { version: 2 });
    // Redis falls back to the snapshot, in which "a" has version 1 and nothing says that this is old.
    await server.crash();
    await until(() => !cache.trusted);
    await until(() => cache.usable);
    t.equal(await cache.get(nameOf('a')), null);
    t.match(await cache.get(nameOf('b')), { version: 1 }, 'what did not change is still good');
  });

  t.test('more missed changes than can be applied one by one are forgotten together', async (t) => {
    const server = await startRedis(t);
    const { database, cache, write, put, follower } = await openProcess(t, server.place);
    await write('a');
    await write('b');
    t.match(await put('a', 1), { version: 1 });
    t.match(await put('b', 1), { version: 1 });
    server.pause();
    await write('b');
    t.notOk(cache.trusted);
    await database.transaction(async (tx) => {
      await tx.query(`insert into changes (seq, size, prefix, suffix_keys, versions)
        select feed_head + n, 1, '88.101', array['flood-' || n], array[1] from node, generate_series(1, 30000) as n`);
      await tx.query('update node set feed_head = feed_head + 30000');
    });
    await follower.catchUp();
    server.resume();
    await until(() => cache.usable);
    t.equal(await cache.get(nameOf('b')), null);
    t.equal(await cache.get(nameOf('a')), null, 'a new epoch knows nothing');
    t.match(await put('a', 1), { version: 1 });
  });

  t.test('what one process missed, another one has applied for both', async (t) => {
    const server = await startRedis(t);
    const first = await openProcess(t, server.place);
    const second = await openProcess(t, server.place, first.url);
    await first.write('a');
    t.match(await first.put('a', 1), { version: 1 });
    first.cache.distrust();
    t.equal(await first.write('a'), 2);
    await second.follower.catchUp();
    t.equal(await second.cache.get(nameOf('a')), null);
    t.match(await second.put('a', 2), { version: 2 });
    await until(() => first.cache.usable);
    t.match(await first.cache.get(nameOf('a')), { version: 2 });
  });

  t.test('a process whose epoch was ended by another one joins the new one, and misses no change in it', async (t) => {
    const server = await startRedis(t);
    const first = await openProcess(t, server.place);
    const second = await openProcess(t, server.place, first.url);
    await first.write('a');
    await second.follower.catchUp();
    await second.cache.startEpoch(second.follower.cursor);
    t.match(await second.put('a', 1), { version: 1 });
    // The floor of this change lands in the epoch that has ended; only the mending puts it where it is needed.
    t.equal(await first.write('a'), 2);
    t.notOk(first.cache.trusted);
    await until(() => first.cache.usable);
    t.equal(await first.cache.get(nameOf('a')), null);
    t.equal(await second.cache.get(nameOf('a')), null, 'version 1 is gone for the other process, too');
  });
});

async function save(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.save();
  redis.disconnect();
}
