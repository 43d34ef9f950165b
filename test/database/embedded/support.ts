import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Test } from 'tap';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../../src/database/embedded/embedded-postgres.ts';
import { clearOrphan } from '../../../src/database/embedded/postmaster.ts';
import { LOADER, moduleOf, root } from '../../support/root.ts';

export const isRoot = process.getuid?.() === 0;
export const isLinux = process.platform === 'linux';

/** Whether another user may enter the folder that this checkout lies in, and so run its code. */
export const isCheckoutOpen = (function isOpen(folder: string): boolean {
  const above = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (above === folder || isOpen(above));
})(process.cwd());

/** A folder of one test and the servers in it; at its end the servers are stopped and the folder is removed. */
export interface Workshop {
  readonly folder: string;
  start(options?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres>;
  /** Runs `owner.ts` in a process of its own. */
  spawnOwner(options?: Partial<OwnerOptions>): Owner;
}

export interface OwnerOptions {
  readonly dataDir: string;
  readonly uid: number;
  /** What comes before `node`. */
  readonly prefix: readonly string[];
}

export interface Owner {
  readonly child: ChildProcess;
  /** What it says on standard output, line by line: one JSON value each. */
  nextLine(): Promise<OwnerLine>;
  kill(): Promise<void>;
}

export interface OwnerLine {
  readonly url?: string;
  readonly pid?: number;
  readonly error?: string;
  readonly log?: string;
}

export async function openWorkshop(t: Test): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-embedded-'));
  const dataDir = join(folder, 'data');
  const servers: EmbeddedPostgres[] = [];
  const owners: Owner[] = [];
  t.teardown(async () => {
    for (const owner of owners) await owner.kill();
    for (const server of servers) await server.close();
    await stopOrphan(dataDir);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    folder,
    start: async (options = {}) => {
      const server = await startEmbeddedPostgres({ dataDir, ...options });
      servers.push(server);
      return server;
    },
    spawnOwner: (options = {}) => {
      const owner = spawnOwner({ dataDir, ...options });
      owners.push(owner);
      return owner;
    },
  };
}

/** A test that fails in the middle may leave a server without an owner; it must not outlive the test. */
async function stopOrphan(dataDir: string): Promise<void> {
  await clearOrphan(join(await realpath(dataDir).catch(() => dataDir), 'cluster'));
}

function spawnOwner({ dataDir, uid, prefix = [] }: Partial<OwnerOptions> & { dataDir: string }): Owner {
  const script = moduleOf('test/database/embedded/owner');
  const [file = '', ...args] = [...prefix, process.execPath, ...LOADER, script, dataDir];
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    child,
    nextLine: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the owner process ended without a word');
      return JSON.parse(value);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The rows of one statement over a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until the answer is there; a server that restarts refuses connections for a moment. */
export async function eventually<T>(ask: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  for (const deadline = Date.now() + limitMs; ; ) {
    try {
      const answer = await ask();
      if (answer) return answer;
      if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(20);
  }
}
