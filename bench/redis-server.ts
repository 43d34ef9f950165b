import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { FreePorts } from '../src/demo/free-port.ts';
import type { Served } from './cpu.ts';
import type { Resources } from './resources.ts';

export interface RedisServer {
  readonly url: string;
  readonly served: Served;
  /** Takes away what lies under keys that begin so: a server that was given keeps no trace of us. */
  forget(begin: string): Promise<void>;
}

const FIRST_PORT = 17_379;
/** Tries to reach a server that is starting, and milliseconds between them. */
const TRIES = 200;
const PAUSE = 25;

/** The Redis that REDIS_URL names, or one of our own from the PATH; null when there is neither. */
export async function openRedis(folder: string, resources: Resources): Promise<RedisServer | null> {
  const given = process.env.REDIS_URL;
  if (given !== undefined && given !== '') {
    return { url: given, served: { pid: null }, forget: (begin) => forgetKeys(given, begin) };
  }
  const port = await new FreePorts('127.0.0.1').next(FIRST_PORT);
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', options, { stdio: 'ignore', detached: true });
  const started = await Promise.race([once(server, 'spawn').then(() => true), once(server, 'error').then(() => false)]);
  if (!started) return null;
  resources.add(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  });
  const url = `redis://127.0.0.1:${port}`;
  await waitForAnswer(url);
  return { url, served: { pid: server.pid as number }, forget: async () => {} };
}

async function waitForAnswer(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => PAUSE, maxRetriesPerRequest: TRIES });
  redis.on('error', () => {});
  try {
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

async function forgetKeys(url: string, begin: string): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `${begin}:*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys as string[]);
  }
  redis.disconnect();
}
