import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openRedis } from '../../src/cache/open-redis.ts';
import { KapokError } from '../../src/errors/kapok-error.ts';
import type { Outcome } from '../../src/resolve/outcome.ts';
import { RedisStep } from '../../src/resolve/redis-step.ts';
import { startDatabases } from '../support/database.ts';
import { answering, found, holding, startFaultyPeer } from '../support/faulty-peer.ts';
import { startTestNode } from '../support/node.ts';
import { redisMissing, startRedis, type TestRedis } from '../support/redis.ts';
import { putPrefix } from '../tree/start-tree.ts';
import { contextOf, foundOutcome, queryOf, referralOutcome } from './outcomes.ts';
import { until } from './until.ts';

const told = foundOutcome(7, { own: false, source: 'remote' });
/** Longer than a test takes. */
const LONG = 60_000;

/** One process of a node that asks other nodes, with its own connection to Redis. */
async function openProcess(t: Test, redis: TestRedis, { wait = LONG }: { wait?: number } = {}) {
  const { cache, leases, close } = openRedis({ place: redis.place, nodeId: 'n', now: Date.now });
  t.teardown(async () => close());
  await until(() => cache.attach(0).then(() => true));
  cache.trust();
  const waiting: { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }[] = [];
  const counts: Record<string, number> = { 'redis-miss': 0, 'redis-coalesced': 0 };
  const step = new RedisStep({
    cache,
    single: { leases, wait },
    next: { resolve: () => new Promise<Outcome>((resolve, reject) => void waiting.push({ resolve, reject })) },
    kind: 'remote',
    prefixes: { generation: () => 1 },
    now: Date.now,
    count: (event) => {
      counts[event] = (counts[event] ?? 0) + 1;
    },
  });
  const ask = (text: string, options: { traced?: boolean } = {}) =>
    step.resolve(queryOf(text), contextOf({ deadline: LONG, ...options }));
  /** Until it asks the next step. */
  const asking = (count = 1) => until(() => waiting.length === count);
  return { cache, waiting, counts, ask, asking };
}

t.test('with a Redis server', { skip: redisMissing() }, async (t) => {
  const redis = await startRedis(t);

  t.test('one process asks, and the others get what it was told', async (t) => {
    const [first, second, third] = [
      await openProcess(t, redis),
      await openProcess(t, redis),
      await openProcess(t, redis),
    ];
    const led = first.ask('88.101/once');
    await first.asking();
    const followed = [second, third].map(({ ask }) => ask('88.101/once'));
    await until(() => second.counts['redis-miss'] === 1 && third.counts['redis-miss'] === 1);
    first.waiting[0]?.resolve(told);
    t.match(await led, { source: 'remote', record: { version: 7 } });
    for (const answer of await Promise.all(followed)) t.match(answer, { source: 'redis', record: { version: 7 } });
    t.equal(second.waiting.length + third.waiting.length, 0);
    t.equal(second.counts['redis-coalesced'], 1);
  });

  t.test('when it fails, each of the others asks for itself', async (t) => {
    const [first, second] = [await openProcess(t, redis), await openProcess(t, redis)];
    const led = first.ask('88.101/fails');
    await first.asking();
    const followed = second.ask('88.101/fails');
    await until(() => second.counts['redis-miss'] === 1);
    first.waiting[0]?.reject(new KapokError('UPSTREAM_UNREACHABLE'));
    await t.rejects(led, { code: 'UPSTREAM_UNREACHABLE' });
    await second.asking();
    second.waiting[0]?.resolve(told);
    t.match(await followed, { source: 'remote' });
  });

  t.test('what is not kept is asked for by each', async (t) => {
    const [first, second] = [await openProcess(t, redis), await openProcess(t, redis)];
    const led = first.ask('88.101/referral');
    await first.asking();
    const followed = second.ask('88.101/referral');
    first.waiting[0]?.resolve(referralOutcome());
    await led;
    await second.asking();
    second.waiting[0]?.resolve(told);
    t.match(await followed, { kind: 'found', source: 'remote' });
  });

  t.test('a process that never comes back is waited for no longer than its lease lasts', async (t) => {
    const [first, second] = [await openProcess(t, redis, { wait: 300 }), await openProcess(t, redis, { wait: LONG })];
    void first.ask('88.101/dies');
    await first.asking();
    const followed = second.ask('88.101/dies');
    await second.asking();
    second.waiting[0]?.resolve(told);
    t.match(await followed, { source: 'remote' });
  });

  t.test('who has waited long enough asks for itself, and takes nobody a lease away', async (t) => {
    const [first, second] = [await openProcess(t, redis), await openProcess(t, redis, { wait: 50 })];
    void first.ask('88.101/slow');
    await first.asking();
    const followed = second.ask('88.101/slow');
    await second.asking();
    second.waiting[0]?.resolve(told);
    t.match(await followed, { source: 'remote' });
    const third = await openProcess(t, redis);
    t.match(await third.ask('88.101/slow'), { source: 'redis' }, 'what it was told is there for others');
  });

  t.test('a traced resolution asks for itself', async (t) => {
    const [first, second] = [await openProcess(t, redis), await openProcess(t, redis)];
    void first.ask('88.101/traced');
    await first.asking();
    void second.ask('88.101/traced', { traced: true });
    await second.asking();
    t.equal(second.waiting.length, 1);
  });

  t.test('without Redis each asks for itself', async (t) => {
    const own = await startRedis(t);
    const [first, second] = [await openProcess(t, own), await openProcess(t, own)];
    await own.kill();
    void first.ask('88.101/away');
    void second.ask('88.101/away');
    await Promise.all([first.asking(), second.asking()]);
    t.equal(first.waiting.length + second.waiting.length, 2);
  });

  t.test('two processes of a node cause one call of another node', async (t) => {
    const databases = await startDatabases(t);
    const settings = {
      ...{ KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', DATABASE_URL: await databases.create(), REDIS_URL: redis.url },
      ...{ KAPOK_DEADLINE_MS: String(LONG), KAPOK_HOP_TIMEOUT_MS: String(LONG) },
    };
    const [one, other] = [await startTestNode(t, settings), await startTestNode(t, settings)];
    const { behaviour, reached, release } = holding(answering((handle) => found(handle)));
    const peer = await startFaultyPeer(t, behaviour);
    await putPrefix(one, '88.102', { url: peer.url });
    await until(async () => /^kapok_prefixes 2$/m.test((await other.get('/metrics')).text));
    // While it does not trust Redis, each asks for itself.
    for (const node of [one, other]) {
      await until(async () => (await node.get('/health/ready')).json.degraded?.length === 0);
    }
    const led = Array.from({ length: 20 }, () => one.get('/api/handles/88.102/a'));
    await reached;
    const followed = Array.from({ length: 20 }, () => other.get('/api/handles/88.102/a'));
    await until(async () => /event="redis-miss"\} 1\n/.test((await other.get('/metrics')).text));
    // So long that it would have called itself.
    await setTimeout(100);
    release();
    const answers = await Promise.all([...led, ...followed]);
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]));
    t.equal(peer.calls.length, 1);
    t.match(await other.get('/metrics'), { text: /event="redis-coalesced"\} 1\n/ });
  });
});
