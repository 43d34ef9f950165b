import { prepareFault } from '../faults.ts';
import { NotMeasured, type Profile } from '../profile.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

/** Each answer of Redis comes 20 ms later for a while; a proxy delays it. */
export const redisSlow: Profile = {
  name: 'redis-slow',
  about: 'Each answer of Redis comes 20 ms later for a while; a proxy delays it.',
  prepare: async (bench) => {
    const redis = await bench.redis();
    if (redis === null) throw new NotMeasured('no redis-server on the PATH, and no REDIS_URL');
    const begin = (proxy: TcpProxy) => proxy.delay(20);
    return prepareFault(bench, {
      name: 'redis-slow',
      target: redis.url,
      setting: 'REDIS_URL',
      served: [redis.served],
      begin,
      coldMayFail: false,
    });
  },
};
