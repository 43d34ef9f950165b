import { prepareFault } from '../faults.ts';
import type { Profile } from '../profile.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

/** Each answer of the database comes 20 ms later for a while; a proxy delays it. */
export const databaseSlow: Profile = {
  name: 'database-slow',
  about: 'Each answer of the database comes 20 ms later for a while; a proxy delays it.',
  prepare: async (bench) => {
    const { settings } = await bench.industry();
    const target = settings.DATABASE_URL as string;
    const begin = (proxy: TcpProxy) => proxy.delay(20);
    return prepareFault(bench, { name: 'database-slow', target, setting: 'DATABASE_URL', begin, coldMayFail: false });
  },
};
