import { prepareFault } from '../faults.ts';
import type { Profile } from '../profile.ts';
import type { TcpProxy } from '../tcp-proxy.ts';

/** The database is away for a while: a proxy breaks its connections and refuses new ones. */
export const databaseStopped: Profile = {
  name: 'database-stopped',
  about: 'The database is away for a while: a proxy breaks its connections and refuses new ones.',
  prepare: async (bench) => {
    const { settings } = await bench.industry();
    const target = settings.DATABASE_URL as string;
    const begin = (proxy: TcpProxy) => proxy.cut();
    return prepareFault(bench, { name: 'database-stopped', target, setting: 'DATABASE_URL', begin, coldMayFail: true });
  },
};
