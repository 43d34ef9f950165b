import type { RedisPlace } from '../config/redis-place.ts';
import { RateCounters } from './rate-counters.ts';
import { connectRedis, connectSubscriber, type RedisClient } from './redis.ts';
import { RedisCache } from './redis-cache.ts';
import { RedisChannel } from './redis-channel.ts';
import { ClusterShards, connectCluster } from './redis-cluster.ts';
import { RedisLeases } from './redis-leases.ts';
import { OneShard, type Shards } from './shards.ts';

/** What a node has of Redis: cache, leases and counters that its processes share, and the channel on which they give each other a word. */
export interface RedisLayer {
  readonly cache: RedisCache;
  readonly leases: RedisLeases;
  readonly channel: RedisChannel;
  readonly rateCounters: RateCounters;
  close(): void;
}

export function openRedis({
  place,
  nodeId,
  now,
}: {
  place: RedisPlace;
  nodeId: string;
  now: () => number;
}): RedisLayer {
  const { redis, subscriber, shards } = connect(place);
  return {
    cache: new RedisCache({ redis, shards, nodeId, now }),
    leases: new RedisLeases({ redis, nodeId }),
    rateCounters: new RateCounters({ redis, nodeId, now }),
    channel: new RedisChannel({ publisher: redis, subscriber, nodeId }),
    close: () => {
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}

interface Connected {
  readonly redis: RedisClient;
  readonly subscriber: RedisClient;
  readonly shards: Shards;
}

function connect({ urls, cluster }: RedisPlace): Connected {
  if (cluster) {
    // It subscribes over a connection of its own.
    const redis = connectCluster(urls);
    return { redis, subscriber: redis, shards: new ClusterShards(redis) };
  }
  const [url = ''] = urls;
  const redis = connectRedis(url);
  return { redis, subscriber: connectSubscriber(url), shards: new OneShard(redis) };
}
