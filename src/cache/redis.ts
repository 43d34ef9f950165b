import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

/** Redis is an optimisation: a command that takes longer than this is given up, in milliseconds. */
const COMMAND_TIMEOUT = 100;

/**
 * A connection that never holds a caller up: no queue while it is down, no retry of a command, reconnecting for ever in
 * the background. Commands of one turn of the event loop travel together (auto-pipelining).
 */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: 2_000,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  });
  // Each failure is seen by the command that it fails; without a listener it would be printed as unhandled.
  redis.on('error', () => {});
  return redis;
}

/** A second connection in subscriber mode; it must survive outages, so its one command may queue. */
export function connectSubscriber(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    autoResubscribe: true,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  });
  redis.on('error', () => {});
  return redis;
}
