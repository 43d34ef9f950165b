import { randomUUID } from 'node:crypto';
import { type RedisClient, ready } from './redis.ts';
import type { RedisName } from './redis-cache.ts';

/** Gives back a lease that is still one's own: one that ran out may be another's by now. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

type Scripted = RedisClient & { kapokRelease(key: string, token: string): Promise<number> };

/** A piece of work that one process of a node does for all. */
export interface Lease {
  /** After what was put into Redis before, as all that one process says to one key. Never throws. */
  release(): void;
}

/** Where Redis is away: everybody works for himself. */
const NONE: Lease = { release: () => {} };

/**
 * Single flight between the processes of a node: whoever has the lease of a name asks for it, the others wait for the answer. A
 * lease ends by itself, so that a process that dies holds nobody up for longer. It spares work and guards nothing: two who
 * believe they have it only ask twice.
 */
export class RedisLeases {
  readonly #redis: Scripted;
  readonly #root: string;

  constructor({ redis, nodeId }: { redis: RedisClient; nodeId: string }) {
    redis.defineCommand('kapokRelease', { numberOfKeys: 1, lua: RELEASE });
    this.#redis = redis as Scripted;
    this.#root = `kapok:${nodeId}:lease`;
  }

  /** For so many milliseconds at most; null: another has it. */
  async take(name: RedisName, milliseconds: number): Promise<Lease | null> {
    const key = this.#key(name);
    const token = randomUUID();
    try {
      const taken = await ready(this.#redis).set(key, token, 'PX', Math.ceil(milliseconds), 'NX');
      return taken === null ? null : { release: () => this.#release(key, token) };
    } catch {
      return NONE;
    }
  }

  /** Whether somebody has it; nobody, where Redis fails. */
  async isTaken(name: RedisName): Promise<boolean> {
    try {
      return (await ready(this.#redis).get(this.#key(name))) !== null;
    } catch {
      return false;
    }
  }

  #release(key: string, token: string): void {
    const released = async () => ready(this.#redis).kapokRelease(key, token);
    // It ends by itself.
    released().catch(() => {});
  }

  #key({ prefix, rest }: RedisName): string {
    return `${this.#root}:{${prefix}}:${rest}`;
  }
}
