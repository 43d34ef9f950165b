import type { TestRedis } from '../../support/redis.ts';
import { workersOf } from '../../workers/workers-of.ts';
import type { NodeProcess } from '../node-process.ts';
import type { Fault, Place } from './history.ts';
import { askFilterBytes, untilHeard, untilRedis, untilWhole } from './node-metrics.ts';
import type { Pair } from './start-pair.ts';

export interface Breakable extends Pick<Fault, 'name' | 'deafens' | 'excuses'> {
  /** What is broken: one thing is not broken twice at once. */
  readonly part: string;
  /** Breaks it; resolves when it is broken. */
  readonly begin: () => Promise<void>;
  /** Mends it, if it does not mend itself; resolves when the nodes say that it is whole again. */
  readonly end: () => Promise<void>;
}

/** All that can be broken. Only what is between the nodes keeps changes from being heard of; Redis is nothing that is needed. */
export async function createFaults(pair: Pair, random: () => number): Promise<readonly Breakable[]> {
  const { owner, follower, feed, source } = pair;
  const heard = () => untilHeard(follower);
  return [
    redisFault('owner', pair.redis.owner, owner),
    redisFault('follower', pair.redis.follower, follower),
    // The follower hears one of the owner's workers; the call that the killed one was answering is broken, too.
    await workerFault({ place: 'owner', node: owner, excuses: ['owner', 'follower'], random, heard }),
    await workerFault({ place: 'follower', node: follower, excuses: ['follower'], random, heard }),
    {
      ...{ name: 'the feed is cut', part: 'feed', deafens: ['follower'], excuses: [] },
      begin: feed.cut,
      end: () => feed.mend().then(heard),
    },
    {
      ...{ name: 'the feed is silent', part: 'feed', deafens: ['follower'], excuses: [] },
      begin: async () => feed.stall(),
      end: () => feed.mend().then(heard),
    },
    {
      ...{ name: 'the owner is cut off', part: 'source', deafens: ['follower'], excuses: ['follower'] },
      begin: source.cut,
      end: () => source.mend().then(heard),
    },
  ];
}

function redisFault(place: Place, redis: TestRedis, node: NodeProcess): Breakable {
  return {
    ...{ name: `the Redis of the ${place} is killed`, part: `redis of the ${place}`, deafens: [], excuses: [] },
    begin: redis.kill,
    end: () => redis.restart().then(() => untilRedis(node)),
  };
}

async function workerFault({
  place,
  node,
  excuses,
  random,
  heard,
}: {
  place: Place;
  node: NodeProcess;
  excuses: readonly Place[];
  random: () => number;
  heard: () => Promise<void>;
}): Promise<Breakable> {
  const filterBytes = await askFilterBytes(node);
  return {
    ...{ name: `a worker of the ${place} is killed`, part: `workers of the ${place}`, deafens: ['follower'], excuses },
    begin: async () => {
      const workers = workersOf(node);
      process.kill(workers[Math.floor(random() * workers.length)] as number, 'SIGKILL');
    },
    end: async () => {
      await untilWhole(node, filterBytes);
      await heard();
    },
  };
}
