import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { freePort } from './free-port.ts';

export interface TestRedis {
  readonly url: string;
  readonly place: RedisPlace;
  /** SIGKILL: gone at once. */
  kill(): Promise<void>;
  /** The same port again, empty. */
  restart(): Promise<void>;
  /** Stops answering without closing a connection, and goes on. */
  pause(): void;
  resume(): void;
}

/** Why a test without Redis is skipped; false where there is one. CI forbids the skip. */
export function redisMissing(): string | false {
  const missing = spawnSync('redis-server', ['--version']).status !== 0;
  if (!missing) return false;
  if (process.env.TEST_FORBID_SKIPS !== undefined)
    throw new Error('redis-server is not on the PATH, and skips are forbidden');
  return 'redis-server is not on the PATH';
}

/** A Redis server of the test's own, on a free port. */
export async function startRedis(t: { teardown(work: () => Promise<unknown>): void }): Promise<TestRedis> {
  const port = await freePort();
  let server = await launch(port);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGCONT');
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  t.teardown(kill);
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    place: { urls: [url], cluster: false },
    kill,
    restart: async () => {
      await kill();
      server = await launch(port);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await answers(port)) return server;
    await setTimeout(25);
  }
  throw new Error('redis-server did not come up');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
