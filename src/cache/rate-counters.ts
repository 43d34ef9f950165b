import { createLru } from './lru.ts';
import { type RedisClient, ready } from './redis.ts';

/** The first of a window sets when it ends; a key without an end, which no failure of ours may leave, gets one too. */
const COUNT = `
local current = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {current, left}`;

const MAX_KEYS = 100_000;
/** After a failure Redis is left alone for this long, in milliseconds. */
const REST = 1_000;

export interface Counted {
  readonly current: number;
  /** Milliseconds until the window ends. */
  readonly ttl: number;
}

type Scripted = RedisClient & { kapokCount(key: string, window: number): Promise<[number, number]> };

export interface RateCountersOptions {
  /** Null: each process counts for itself. */
  readonly redis: RedisClient | null;
  readonly nodeId: string;
  readonly now: () => number;
}

/**
 * Counts by key in fixed windows: in Redis for all processes of a node, and here always, so that a limit goes on from what
 * this process has seen when Redis fails. Never throws.
 */
export class RateCounters {
  readonly #redis: Scripted | null;
  readonly #root: string;
  readonly #now: () => number;
  readonly #local = createLru<string, { current: number; ends: number }>({ max: MAX_KEYS });
  #restUntil = 0;

  constructor({ redis, nodeId, now }: RateCountersOptions) {
    redis?.defineCommand('kapokCount', { numberOfKeys: 1, lua: COUNT });
    this.#redis = redis as Scripted | null;
    this.#root = `kapok:${nodeId}:rate`;
    this.#now = now;
  }

  /** Adds one; `window` in milliseconds. */
  async count(key: string, window: number): Promise<Counted> {
    const here = this.#countHere(key, window);
    if (this.#redis === null || this.#now() < this.#restUntil) return here;
    try {
      const [current, ttl] = await ready(this.#redis).kapokCount(`${this.#root}:${key}`, window);
      return { current, ttl };
    } catch {
      // A limit that refused because Redis is away would be an outage of its own.
      this.#restUntil = this.#now() + REST;
      return here;
    }
  }

  #countHere(key: string, window: number): Counted {
    const now = this.#now();
    const known = this.#local.get(key);
    const counter = known !== undefined && known.ends > now ? known : { current: 0, ends: now + window };
    counter.current++;
    this.#local.set(key, counter);
    return { current: counter.current, ttl: counter.ends - now };
  }
}
