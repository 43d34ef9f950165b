import rateLimit, { type FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RateCounters } from '../../cache/rate-counters.ts';
import type { Services } from '../services.ts';
import { networkOf } from './network.ts';
import { refuse, showLimit, WINDOW } from './show-limit.ts';
import { findWrittenPrefix } from './written-prefix.ts';
import { limitWrongCredentials } from './wrong-credentials.ts';

interface Limit {
  readonly max: number;
  /** What is counted, after "Too many requests". */
  readonly what: string;
  /** Null: the request does not count. */
  readonly keyOf: (request: FastifyRequest) => string | null;
}

/**
 * Limits whatever is no resolution: by network before anybody is authenticated, by caller before a body is read, and by the
 * prefix that is written to. Resolutions have a bucket of their own, which costs a subtraction (`token-bucket.ts`). Must be
 * called before the first route.
 */
export async function limitRequests(app: FastifyInstance, services: Services): Promise<void> {
  const { config, prefixes, rateCounters } = services;
  app.decorateRequest('failure', null);
  if (config.rateLimit === 0) return;
  await app.register(rateLimit, { global: false, timeWindow: WINDOW, store: storeOf(rateCounters) });
  const network: Limit = {
    max: config.networkLimit,
    what: 'from this network',
    keyOf: (request) => (isLimited(request) ? `network:${networkOf(request.ip)}` : null),
  };
  const caller: Limit = {
    max: config.callerLimit,
    what: 'with this credential',
    keyOf: ({ admission }) => (admission === null ? null : `caller:${admission.caller.id}`),
  };
  const prefix: Limit = {
    max: config.prefixLimit,
    what: 'that write to this prefix',
    keyOf: (request) => {
      const written = findWrittenPrefix(request, prefixes);
      return written === null ? null : `prefix:${written}`;
    },
  };
  if (network.max > 0) {
    app.addHook('onRequest', enforce(app, network));
    limitWrongCredentials(app, services);
  }
  if (caller.max > 0) app.addHook('preParsing', enforce(app, caller));
  if (prefix.max > 0) app.addHook('preHandler', enforce(app, prefix));
}

/** A probe that is refused would take the node out of service. */
function isLimited({ routeOptions: { config, url } }: FastifyRequest): boolean {
  return config.resolves !== true && url?.startsWith('/health/') !== true;
}

function enforce(app: FastifyInstance, { max, what, keyOf }: Limit) {
  const count = app.createRateLimit({ max, keyGenerator: (request) => keyOf(request) ?? '' });
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (keyOf(request) === null) return;
    const result = await count(request);
    if (result.isAllowed) return;
    const { remaining, ttlInSeconds, isExceeded } = result;
    if (isExceeded) throw refuse(reply, { max, seconds: ttlInSeconds, what: `requests ${what}` });
    showLimit(reply, { max, remaining, seconds: ttlInSeconds });
  };
}

/** Where the library keeps its counts: with us, so that a Redis that fails never fails a request. */
function storeOf(counters: RateCounters): FastifyRateLimitStoreCtor {
  class Store {
    incr(key: string, done: (error: Error | null, result?: { current: number; ttl: number }) => void, window: number) {
      counters.count(key, window).then((counted) => done(null, counted), done);
    }
    child(): Store {
      return this;
    }
  }
  return Store;
}
