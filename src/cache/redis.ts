import { Redis } from 'ioredis';

/** What one server and a cluster have in common, as far as it is used here. */
export interface RedisClient {
  readonly status: string;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): Promise<'OK' | null>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  publish(channel: string, message: string): Promise<number>;
  subscribe(channel: string): Promise<unknown>;
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
  on(event: 'ready' | 'close' | 'message', listener: () => void): unknown;
  disconnect(): void;
}

/** Redis is an optimisation: a command that takes longer than this is given up, in milliseconds. */
export const COMMAND_TIMEOUT = 100;
export const CONNECT_TIMEOUT = 2_000;

export function pauseBefore(attempt: number): number {
  return Math.min(50 * 2 ** attempt, 1_000);
}

/**
 * A connection that never holds a caller up: no queue while it is down, no retry of a command, reconnecting for ever in
 * the background. Commands of one turn of the event loop travel together (auto-pipelining).
 */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: CONNECT_TIMEOUT,
    enableAutoPipelining: true,
    retryStrategy: pauseBefore,
  });
  // Each failure is seen by the command that it fails; without a listener it would be printed as unhandled.
  redis.on('error', () => {});
  return redis;
}

/** A second connection in subscriber mode; it must survive outages, so its one command may queue. */
export function connectSubscriber(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT,
    autoResubscribe: true,
    retryStrategy: pauseBefore,
  });
  redis.on('error', () => {});
  return redis;
}

/** The client, once a command of it fails at once instead of waiting for a connection. Throws until then. */
export function ready<Client extends RedisClient>(client: Client): Client {
  if (client.status !== 'ready') throw new Error('Redis is not connected');
  return client;
}
