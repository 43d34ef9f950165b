import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { redisMissing } from '../support/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { nameOf, openCacheProcess } from './cache-process.ts';
import { until } from './until.ts';

t.test(
  'a cluster of which a master is killed under writes gives no answer that is older than a change',
  { skip: redisMissing() },
  async (t) => {
    const { place, masters } = await startRedisCluster(t);
    const url = await (await startDatabases(t)).create();
    const first = await openCacheProcess(t, { place, url });
    const second = await openCacheProcess(t, { place, url });
    const prefixes = Array.from({ length: 12 }, (_, i) => `88.${101 + i}`);
    /** Each is changed by one process, and read by the other, which keeps what the first one has. */
    const round = async (version: number) => {
      for (const prefix of prefixes) t.equal(await first.write('a', prefix), version);
      await second.follower.catchUp();
      for (const prefix of prefixes) {
        const found = await second.cache.get(nameOf('a', prefix));
        t.ok(found === null || found.version === version, `${prefix}: ${found?.version ?? 'none'}`);
        await second.put('a', version, prefix);
        await first.put('a', version - 1, prefix);
      }
    };
    await round(1);
    await round(2);
    await masters[1].kill();
    await round(3);
    await masters[1].restart();
    await round(4);
    await until(() => first.cache.usable && second.cache.usable);
    for (const prefix of prefixes) t.match(await first.put('a', 4, prefix), { version: 4 }, `${prefix} is held again`);
    for (const prefix of prefixes) t.match(await second.cache.get(nameOf('a', prefix)), { version: 4 });
  },
);
