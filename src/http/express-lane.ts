import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { KapokError } from '../errors/kapok-error.ts';
import { networkOf } from './limits/network.ts';
import { refuse } from './limits/show-limit.ts';
import type { Observer } from './observe-requests.ts';
import { hasSpecialHeader, sendWhole } from './plain-request.ts';
import { createPlainResolve } from './plain-resolve.ts';
import type { Services } from './services.ts';
import { sourceOf } from './source-network.ts';
import { type Bucket, TokenBuckets } from './token-bucket.ts';
import type { UnderWay } from './under-way.ts';

/** One in so many hits is timed: that costs more than the answer. */
const SAMPLE = 1024;

const MEMORY_HIT = { outcome: 'found', layer: 'memory' } as const;

const bucketKey = Symbol('kapok.bucket');
type LimitedSocket = IncomingMessage['socket'] & { [bucketKey]?: Bucket };

export interface Lane {
  /** Answers a memory hit at once; false leaves the request to the framework. */
  readonly hit: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Resolves a plain request; false leaves it to the framework. */
  readonly resolve: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Whether a network may ask `cost` more; shared with the routes that the framework serves. */
  readonly admits: (request: IncomingMessage, cost?: number) => boolean;
  /** The failure of a request that is not admitted. */
  readonly refuse: (reply: FastifyReply) => KapokError;
}

/**
 * The hot path. A plain `GET /api/handles/{identifier}` is taken before the framework's routing and hooks, which cost more
 * than the rest together (`npm run bench`, "memory-hit" and "postgres-hit"): at once when its answer lies in memory, and else
 * when it is resolved. It stands under the same rate limit, counters, timing and sampled log as all other requests.
 */
export function createLane(services: Services, { observe, underWay }: { observe: Observer; underWay: UnderWay }): Lane {
  const { memory, resolver, stats, counts, onlookers, metrics, config, log, now } = services;
  const buckets = new TokenBuckets(config.rateLimit);
  const { logSample } = config;
  let served = 0;

  const admits = (request: IncomingMessage, cost = 1): boolean => {
    const socket = request.socket as LimitedSocket;
    socket[bucketKey] ??= buckets.bucketOf(networkOf(socket.remoteAddress), now());
    if (buckets.take(socket[bucketKey], now(), cost)) return true;
    stats.limited++;
    return false;
  };

  const hit = (request: IncomingMessage, response: ServerResponse): boolean => {
    const entry = memory.getSpelled(request.url ?? '');
    if (entry === undefined || request.method !== 'GET' || hasSpecialHeader(request.rawHeaders)) return false;
    const moment = now();
    if (!resolver.serves(entry, moment)) return false;
    const { answer } = entry.value;
    if (answer.kind !== 'found' || !admits(request)) return false;
    const sampled = ++served % SAMPLE === 0;
    const begun = sampled || onlookers.tell !== null ? performance.now() : 0;
    stats.hit++;
    stats.answers.memory.found++;
    const tally = counts.found(entry.value.prefix, moment, sourceOf(request.socket));
    const { wire: body, headers } = answer.record;
    sendWhole(response, { status: 200, headers, body });
    if (begun !== 0) {
      const milliseconds = performance.now() - begun;
      const { prefix } = entry.value;
      onlookers.tell?.({ ...{ at: moment, identifier: answer.record.handle, prefix }, ...MEMORY_HIT, milliseconds });
      if (sampled) {
        metrics.observe('/api/handles/*', 200, milliseconds / 1000);
        tally.resolving.add(milliseconds * 1000, moment, SAMPLE);
      }
    }
    if (served % logSample === 0) log.info({ url: request.url, status: 200, sample: logSample }, 'request');
    return true;
  };

  const resolve = createPlainResolve(services, { admits, observe, underWay });
  return {
    admits,
    hit,
    resolve,
    refuse: (reply) => refuse(reply, { max: config.rateLimit, seconds: 1, what: 'resolutions from this network' }),
  };
}
