import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { until } from '../resolve/until.ts';
import { freePort } from './free-port.ts';

export interface TestMaster {
  /** A connection to this server alone. */
  readonly redis: Redis;
  readonly slots: readonly [from: number, to: number];
  /** SIGKILL: gone at once, with all that no SAVE has kept. */
  kill(): Promise<void>;
  /** The same port again, the same slots, and what the last SAVE has kept. */
  restart(): Promise<void>;
}

export interface TestCluster {
  readonly place: RedisPlace;
  readonly masters: readonly [TestMaster, TestMaster, TestMaster];
}

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/** A Redis Cluster of three masters without replicas, on free ports; it serves what it can while one is away. */
export async function startRedisCluster(t: Teardown): Promise<TestCluster> {
  const masters = await Promise.all([
    startMaster(t, [0, 5460]),
    startMaster(t, [5461, 10_922]),
    startMaster(t, [10_923, 16_383]),
  ]);
  const [first, ...others] = masters;
  for (const { port, bus } of others) await first.redis.call('cluster', 'meet', '127.0.0.1', `${port}`, `${bus}`);
  for (const { redis } of masters) await until(() => isWhole(redis));
  return { place: { urls: masters.map(({ port }) => `redis://127.0.0.1:${port}`), cluster: true }, masters };
}

type Started = TestMaster & { readonly port: number; readonly bus: number };

async function startMaster(t: Teardown, slots: TestMaster['slots']): Promise<Started> {
  const [port, bus] = [await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'kapok-redis-'));
  let server = await launch({ port, bus, folder });
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 20 });
  redis.on('error', () => {});
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  t.teardown(async () => {
    redis.disconnect();
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  await redis.call('cluster', 'addslotsrange', ...slots.map(String));
  const restart = async () => {
    await kill();
    server = await launch({ port, bus, folder });
  };
  return { redis, slots, port, bus, kill, restart };
}

async function isWhole(redis: Redis): Promise<boolean> {
  const info = String(await redis.call('cluster', 'info'));
  return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384');
}

async function launch({ port, bus, folder }: { port: number; bus: number; folder: string }): Promise<ChildProcess> {
  const options = [
    ...['--port', `${port}`, '--cluster-port', `${bus}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'],
    ...['--cluster-require-full-coverage', 'no'],
  ];
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const chunk of server.stdout) if (String(chunk).includes('Ready to accept connections')) break;
  return server;
}
