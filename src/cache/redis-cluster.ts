import { createHash } from 'node:crypto';
import { Cluster } from 'ioredis';
import { SLOTS, tagOf } from './key-slot.ts';
import { COMMAND_TIMEOUT, CONNECT_TIMEOUT, pauseBefore, ready } from './redis.ts';
import type { Shards } from './shards.ts';

/** How often it is asked which server holds which slots, in milliseconds. */
const REFRESH_EVERY = 2_000;

/**
 * A client of a whole cluster that, as `connectRedis`, never holds a caller up. It follows no redirection: a server that a slot
 * has moved to may lack what the one before it had, and is read when ClusterShards has been opened anew.
 */
export function connectCluster(urls: readonly string[]): Cluster {
  const [first = ''] = urls;
  const { protocol, username, password } = new URL(first);
  const nodes = urls.map((url) => {
    const { hostname, port } = new URL(url);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
  });
  const cluster = new Cluster(nodes, {
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRedirections: 0,
    // Names stay names: certificates are made out to them.
    dnsLookup: (address, callback) => callback(null, address),
    slotsRefreshInterval: REFRESH_EVERY,
    clusterRetryStrategy: pauseBefore,
    redisOptions: {
      commandTimeout: COMMAND_TIMEOUT,
      connectTimeout: CONNECT_TIMEOUT,
      maxRetriesPerRequest: 0,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
  cluster.on('error', () => {});
  return cluster;
}

/** The masters of a cluster. */
export class ClusterShards implements Shards {
  readonly #cluster: Cluster;
  /** Who held what when it was opened; null until then. */
  #owners: string | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async open(): Promise<readonly string[]> {
    const cluster = ready(this.#cluster);
    this.#owners = null;
    await refresh(cluster);
    const runs = runsOf(cluster.slots);
    this.#owners = JSON.stringify(runs);
    await Promise.all(cluster.nodes('master').map((master) => master.ping()));
    return keyEnds(runs);
  }

  onLost(listener: () => void): void {
    this.#cluster.on('close', listener);
    this.#cluster.on('+node', (node) => node.on('close', listener));
    this.#cluster.on('-node', listener);
    this.#cluster.on('refresh', () => {
      if (this.#owners !== null && this.#owners !== JSON.stringify(runsOf(this.#cluster.slots))) listener();
    });
  }
}

function refresh(cluster: Cluster): Promise<void> {
  return new Promise((resolve, reject) => {
    cluster.refreshSlotsCache((error) => (error ? reject(error) : resolve()));
  });
}

/** Neighbouring slots of one master. */
interface Run {
  readonly from: number;
  readonly master: string;
}

function runsOf(slots: Cluster['slots']): Run[] {
  const runs: Run[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const master = slots[slot]?.[0] ?? '';
    if (master !== runs.at(-1)?.master) runs.push({ from: slot, master });
  }
  return runs;
}

/** Of each master: which slots lie together, whatever the addresses are, and a tag of its first slot. */
function keyEnds(runs: readonly Run[]): string[] {
  const masters = [...new Set(runs.map(({ master }) => master))];
  const shape = JSON.stringify(runs.map(({ from, master }) => [from, masters.indexOf(master)]));
  const name = createHash('sha256').update(shape).digest('hex').slice(0, 16);
  return masters.map((master) => `:${name}:{${tagOf(runs.find((run) => run.master === master)?.from ?? 0)}}`);
}
