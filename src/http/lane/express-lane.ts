import type { Awaitable } from '../../resolve/resolver.ts';
import type { Span } from '../../telemetry/traces/span.ts';
import type { ResolutionLimit } from '../limits/resolution-limit.ts';
import { refusalOf } from '../limits/show-limit.ts';
import type { Observer } from '../observe-requests.ts';
import type { Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import { MemoryHits } from './memory-hits.ts';
import { failureAnswer, type PlainAnswer } from './plain-answer.ts';
import { createPlainResolve } from './plain-resolve.ts';
import { ROUTE, readTarget } from './plain-target.ts';

/** Answers a plain `GET` of a request target; null leaves it to the framework, which also says what is wrong with what cannot be read. */
export type Lane = (target: string, peer: Peer, span?: Span) => Awaitable<PlainAnswer> | null;

export interface LaneOptions {
  readonly observe: Observer;
  readonly limit: ResolutionLimit;
}

/**
 * The hot path. A plain `GET /api/handles/{identifier}` is taken before the framework's routing and hooks, which cost more
 * than the rest together (`npm run bench`, "memory-hit" and "postgres-hit"): at once when its answer lies in memory, and else
 * when it is resolved. It stands under the same rate limit, counters, timing and sampled log as all other requests.
 */
export function createLane(services: Services, { observe, limit }: LaneOptions): Lane {
  const hits = new MemoryHits(services);
  const resolve = createPlainResolve(services, observe);
  const { headers, failure } = refusalOf(limit.limit);
  const refused = failureAnswer(failure, headers.flat().map(String));
  const refuse = (target: string) => {
    observe({ method: 'GET', url: target, route: ROUTE, resolves: true, status: refused.status, milliseconds: 0 });
    return refused;
  };

  return (target, peer, span) => {
    // One that is followed is resolved, so that its trace shows how.
    const found = span === undefined ? hits.find(target) : null;
    if (found !== null) return limit.admits(peer) ? hits.answer(found, { target, peer }) : refuse(target);
    const identifier = readTarget(target);
    if (identifier === null) return null;
    return limit.admits(peer) ? resolve(identifier, { target, peer, span }) : refuse(target);
  };
}
