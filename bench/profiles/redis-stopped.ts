import { prepareFault } from '../faults.ts';
import { NotMeasured, type Profile } from '../profile.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

/** Redis is away for a while: a proxy breaks its connections and refuses new ones. */
export const redisStopped: Profile = {
  name: 'redis-stopped',
  about: 'Redis is away for a while: a proxy breaks its connections and refuses new ones.',
  prepare: async (bench) => {
    const redis = await bench.redis();
    if (redis === null) throw new NotMeasured('no redis-server on the PATH, and no REDIS_URL');
    const begin = (proxy: TcpProxy) => proxy.cut();
    return prepareFault(bench, {
      name: 'redis-stopped',
      target: redis.url,
      setting: 'REDIS_URL',
      served: [redis.served],
      begin,
      coldMayFail: false,
    });
  },
};
