import t, { type Test } from 'tap';
import { slotOf, tagOf } from '../../src/cache/key-slot.ts';
import { openRedis, type RedisLayer } from '../../src/cache/open-redis.ts';
import type { RedisName } from '../../src/cache/redis-cache.ts';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { until } from '../resolve/until.ts';
import { redisMissing } from '../support/redis.ts';
import { startRedisCluster, type TestMaster } from '../support/redis-cluster.ts';

const MINUTE = 60_000;
/** One command's time and that of one it may have to wait for, and what a busy machine adds. */
const BOUND = 400;

const names: readonly RedisName[] = Array.from({ length: 60 }, (_, i) => ({ prefix: `88.${i}`, rest: 'own:a' }));

/** What one process has of the cluster, joined and trusted. */
async function openLayer(t: Test, { place, nodeId }: { place: RedisPlace; nodeId: string }): Promise<RedisLayer> {
  const layer = openRedis({ place, nodeId, now: Date.now });
  t.teardown(async () => layer.close());
  await rejoin(layer);
  return layer;
}

/** Answers the number of the last change whose floors are in. */
function rejoin({ cache }: RedisLayer): Promise<number> {
  return until(async () => {
    const applied = await cache.attach(1);
    cache.trust();
    return cache.usable && applied;
  });
}

function put({ cache }: RedisLayer, name: RedisName, version: number, begun = cache.begin()): void {
  cache.put(name, { version, text: `version ${version}` }, { lifetime: MINUTE, begun });
}

/** The versions that are found. */
async function read({ cache }: RedisLayer): Promise<(number | undefined)[]> {
  const found = await Promise.all(names.map((name) => cache.get(name)));
  return found.map((payload) => payload?.version);
}

const all = (version: number | undefined) => names.map(() => version);

t.test('with a Redis Cluster of three masters', { skip: redisMissing() }, async (t) => {
  const { place, masters } = await startRedisCluster(t);
  const [first, second] = masters;

  t.test('a slot is worked out as the servers do, and each has a tag', async (t) => {
    for (const text of ['', '88.101', '标识', '123456789', 'kapok:n:feed']) {
      t.equal(slotOf(text), await first.redis.call('cluster', 'keyslot', text), text);
    }
    for (const slot of [0, 5461, 16_383]) t.equal(slotOf(tagOf(slot)), slot);
  });

  t.test('entries and floors lie on all masters, each prefix in a slot of its own', async (t) => {
    const [a, b] = [await openLayer(t, { place, nodeId: 'n' }), await openLayer(t, { place, nodeId: 'n' })];
    for (const name of names) put(a, name, 1);
    t.same(await until(async () => (await read(b)).every(Boolean) && read(b)), all(1));
    for (const { redis } of masters) {
      const keys = await redis.keys('kapok:n:*own:a');
      t.ok(keys.length > 5, `${keys.length}`);
      t.equal((await redis.keys('kapok:n:feed:*')).length, 1, 'each keeps an account of its own');
    }
    await b.cache.raise(
      names.map((name) => ({ name, version: 2 })),
      7,
    );
    t.same(await read(a), all(undefined));
    for (const name of names) put(a, name, 1);
    t.same(await read(a), all(undefined), 'the floors refuse what is older');
    t.equal(await a.cache.attach(1), 7);
  });

  t.test('a word reaches the other process, and a limit holds for both', async (t) => {
    const [a, b] = [await openLayer(t, { place, nodeId: 'w' }), await openLayer(t, { place, nodeId: 'w' })];
    let words = 0;
    b.channel.subscribe(() => words++);
    await until(() => {
      a.channel.publish();
      return words > 0;
    });
    for (const key of ['x', 'y', 'z']) {
      await a.rateCounters.count(key, MINUTE);
      t.equal((await b.rateCounters.count(key, MINUTE)).current, 2);
    }
  });

  t.test('a connection that was only lost costs nothing that is held', async (t) => {
    const a = await openLayer(t, { place, nodeId: 'b' });
    for (const name of names) put(a, name, 3);
    await until(async () => (await read(a)).every(Boolean));
    const begun = a.cache.begin();
    await second.redis.call('client', 'kill', 'type', 'normal');
    await until(() => !a.cache.trusted);
    t.same(await read(a), all(undefined), 'nothing is read until it is joined again');
    await rejoin(a);
    t.same(await read(a), all(3));
    const [name = { prefix: '', rest: '' }] = names;
    put(a, name, 4, begun);
    t.equal((await a.cache.get(name))?.version, 3, 'a read from before is not stored');
  });

  t.test('a master that is killed holds nobody up, and what it has lost is forgotten everywhere', async (t) => {
    const a = await openLayer(t, { place, nodeId: 'k' });
    const b = await openLayer(t, { place, nodeId: 'k' });
    for (const name of names) put(a, name, 1);
    await until(async () => (await read(b)).every(Boolean));
    await b.cache.raise([], 9);
    await second.kill();
    await until(() => !a.cache.trusted && !b.cache.trusted);
    const begun = performance.now();
    t.same(await read(a), all(undefined));
    for (const name of names) put(a, name, 2);
    await Promise.all(names.map(({ prefix }) => a.rateCounters.count(prefix, MINUTE)));
    await t.rejects(a.cache.raise([], 10));
    await t.rejects(a.cache.attach(1));
    t.ok(performance.now() - begun < 2 * BOUND, 'nobody waits for it');
    await second.restart();
    t.equal(await rejoin(a), 1, 'a new epoch begins: floors that it had are gone');
    t.equal(await rejoin(b), 1, 'in which both take part');
    t.same(await read(b), all(undefined));
    for (const name of names) put(b, name, 2);
    t.same(await until(async () => (await read(a)).every(Boolean) && read(a)), all(2), 'all slots are used again');
  });

  t.test('a master that falls back to an earlier state tells from which change on it lacks floors', async (t) => {
    const a = await openLayer(t, { place, nodeId: 's' });
    await a.cache.raise([], 20);
    await second.redis.save();
    await a.cache.raise([], 30);
    await second.kill();
    await until(() => !a.cache.trusted);
    await second.restart();
    t.equal(await rejoin(a), 20);
  });

  t.test('slots that move to another master end the epoch', async (t) => {
    const a = await openLayer(t, { place, nodeId: 'm' });
    await a.cache.raise([], 40);
    const free = await emptySlot(first);
    const owner = String(await second.redis.call('cluster', 'myid'));
    for (const { redis } of [second, first, masters[2]])
      await redis.call('cluster', 'setslot', `${free}`, 'node', owner);
    await until(() => !a.cache.trusted);
    t.equal(await rejoin(a), 1);
  });
});

async function emptySlot({ redis, slots: [from, to] }: TestMaster): Promise<number> {
  for (let slot = from + 1; slot < to; slot++) {
    if ((await redis.call('cluster', 'countkeysinslot', `${slot}`)) === 0) return slot;
  }
  throw new Error('no slot is empty');
}
