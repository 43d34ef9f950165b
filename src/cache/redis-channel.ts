import type { Redis } from './redis.ts';

/** "The feed has moved": the word that one process of a node gives to the others. The feed itself says what changed. */
export class RedisChannel {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #name: string;

  constructor({ publisher, subscriber, nodeId }: { publisher: Redis; subscriber: Redis; nodeId: string }) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#name = `kapok:${nodeId}:moved`;
  }

  subscribe(onMoved: () => void): void {
    this.#subscriber.on('message', onMoved);
    // After an outage words may have been lost: look at the feed once.
    this.#subscriber.on('ready', onMoved);
    this.#subscriber.subscribe(this.#name).catch(() => {});
  }

  /** A word that is lost costs the others the wait until their next look at the feed. */
  publish(): void {
    this.#publisher.publish(this.#name, '').catch(() => {});
  }
}
