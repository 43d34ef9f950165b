import cluster from 'node:cluster';
import { totalmem } from 'node:os';
import type { Config } from '../config/config.ts';
import { openDatabaseServer } from '../database/embedded/database-server.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type Ready, Supervisor } from './supervisor.ts';

export interface RunningWorkers extends Ready {
  /** Replaces the workers one by one; no request is lost. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a node as several processes behind one port. What each process counts by itself is shared out: the bounds on
 * requests, which without Redis are counted in memory, and the connections to the database.
 */
export async function startWorkers(config: Config): Promise<RunningWorkers> {
  const { workers } = config;
  assertMemory(config);
  const log = createLogger({ level: config.logLevel, node: `${config.prefix ?? 'resolver'} supervisor` });
  const database = await openDatabaseServer(config, log);
  const env = { ...shares(config), DATABASE_URL: database.url };
  const supervisor = new Supervisor({ workers, fork: () => cluster.fork(env), log });
  const close = async () => {
    await supervisor.close();
    await database.close();
  };
  try {
    const ready = await supervisor.start();
    log.info({ url: ready.url, workers: supervisor.pids }, 'all workers are ready');
    return { ...ready, restart: () => supervisor.restart(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function assertMemory({ workers, cacheBytes }: Config): void {
  if (workers * cacheBytes <= totalmem()) return;
  const message = `KAPOK_CACHE_BYTES: ${workers} workers with a cache of ${cacheBytes} bytes each are more than the memory of this machine`;
  throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_CACHE_BYTES' });
}

function shares(config: Config): Record<string, string> {
  const share = (whole: number, least = 0) => String(Math.max(least, Math.ceil(whole / config.workers)));
  const counted = {
    KAPOK_NETWORK_LIMIT: config.networkLimit,
    KAPOK_CALLER_LIMIT: config.callerLimit,
    KAPOK_PREFIX_LIMIT: config.prefixLimit,
  };
  const inMemory = config.redis === null ? Object.entries(counted) : [];
  return {
    KAPOK_RATE_LIMIT: share(config.rateLimit),
    KAPOK_DATABASE_POOL: share(config.databasePool, LEAST_POOL),
    ...Object.fromEntries(inMemory.map(([name, whole]) => [name, share(whole)])),
  };
}

/** Connections below which a process has too few to read while it writes. */
const LEAST_POOL = 4;
