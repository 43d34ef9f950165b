import { type RedisClient, ready } from './redis.ts';

/** "The feed has moved": the word that one process of a node gives to the others. The feed itself says what changed. */
export class RedisChannel {
  readonly #publisher: RedisClient;
  readonly #subscriber: RedisClient;
  readonly #name: string;

  constructor({ publisher, subscriber, nodeId }: { publisher: RedisClient; subscriber: RedisClient; nodeId: string }) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#name = `kapok:${nodeId}:moved`;
  }

  subscribe(onMoved: () => void): void {
    const subscribe = () => void this.#subscriber.subscribe(this.#name).catch(() => {});
    this.#subscriber.on('message', onMoved);
    this.#subscriber.on('ready', () => {
      subscribe();
      // After an outage words may have been lost: look at the feed once.
      onMoved();
    });
    if (this.#subscriber.status === 'ready') subscribe();
  }

  /** A word that is lost costs the others the wait until their next look at the feed. */
  publish(): void {
    this.#publish().catch(() => {});
  }

  async #publish(): Promise<void> {
    await ready(this.#publisher).publish(this.#name, '');
  }
}
