import type { RedisClient } from './redis.ts';

/** The servers that hold the keys. What one of them may have lost is a matter of all: floors and entries lie on any. */
export interface Shards {
  /**
   * Connects to each of them, and answers for each what ends the name of a key that lies there. Processes that are answered
   * the same agree which keys lie together. Throws when one of them cannot be reached.
   */
  open(): Promise<readonly string[]>;
  /** Told when a key may from now on be answered by another server than since `open`, or by the same one anew. */
  onLost(listener: () => void): void;
}

export class OneShard implements Shards {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async open(): Promise<readonly string[]> {
    return [''];
  }

  onLost(listener: () => void): void {
    // What answers after this may be another server, an empty one, or one with the state of an hour ago.
    this.#redis.on('close', listener);
  }
}
