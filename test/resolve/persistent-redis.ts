import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { freePort } from '../support/free-port.ts';

export interface PersistentRedis {
  readonly url: string;
  readonly place: RedisPlace;
  /** SIGKILL, then the same port again with what `SAVE` last wrote. */
  crash(): Promise<void>;
}

/** A Redis that keeps a snapshot on the disk, as most deployed ones do. It is made when the client asks: `SAVE`. */
export async function startPersistentRedis(t: {
  teardown(work: () => Promise<unknown>): void;
}): Promise<PersistentRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-redis-'));
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const launch = async (): Promise<ChildProcess> => {
    const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const chunk of server.stdout) if (String(chunk).includes('Ready to accept connections')) break;
    return server;
  };
  let server = await launch();
  const kill = async () => {
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  t.teardown(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    place: { urls: [url], cluster: false },
    crash: async () => {
      await kill();
      server = await launch();
    },
  };
}
