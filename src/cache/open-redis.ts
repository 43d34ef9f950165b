import { RateCounters } from './rate-counters.ts';
import { connectRedis, connectSubscriber } from './redis.ts';
import { RedisCache } from './redis-cache.ts';
import { RedisChannel } from './redis-channel.ts';

/** What a node has of Redis: the cache and the counters that its processes share, and the channel on which they give each other a word. */
export interface RedisLayer {
  readonly cache: RedisCache;
  readonly channel: RedisChannel;
  readonly rateCounters: RateCounters;
  close(): void;
}

export function openRedis({ url, nodeId, now }: { url: string; nodeId: string; now: () => number }): RedisLayer {
  const publisher = connectRedis(url);
  const subscriber = connectSubscriber(url);
  return {
    cache: new RedisCache({ redis: publisher, nodeId, now }),
    rateCounters: new RateCounters({ redis: publisher, nodeId, now }),
    channel: new RedisChannel({ publisher, subscriber, nodeId }),
    close: () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
