import type { Awaitable } from '../../resolve/resolver.ts';
import type { ResolutionLimit } from '../limits/resolution-limit.ts';
import { refusalOf } from '../limits/show-limit.ts';
import type { Observer } from '../observe-requests.ts';
import type { Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import { endWithAnswer, type Follow } from './followed-lane.ts';
import type { MemoryHits } from './memory-hits.ts';
import { failureAnswer, type PlainAnswer } from './plain-answer.ts';
import { createPlainResolve } from './plain-resolve.ts';
import { pathOf, ROUTE, readPath } from './plain-target.ts';

/** Answers a plain `GET` of a request target; null leaves it to the framework, which also says what is wrong with what cannot be read. */
export type Lane = (target: string, peer: Peer, follow?: Follow) => Awaitable<PlainAnswer> | null;

export interface LaneOptions {
  readonly observe: Observer;
  readonly limit: ResolutionLimit;
  readonly hits: MemoryHits;
}

/**
 * The hot path. A plain `GET /api/handles/{identifier}` is taken before the framework's routing and hooks, which cost more
 * than the rest together (`npm run bench`, "memory-hit" and "postgres-hit"): at once when its answer lies in memory, and else
 * when it is resolved. It stands under the same rate limit, counters, timing and sampled log as all other requests.
 */
export function createLane(services: Services, { observe, limit, hits }: LaneOptions): Lane {
  const resolve = createPlainResolve(services, observe);
  const { headers, failure } = refusalOf(limit.limit);
  const refused = failureAnswer(failure, headers.flat().map(String));
  const refuse = (target: string) => {
    observe({ method: 'GET', url: target, route: ROUTE, resolves: true, status: refused.status, milliseconds: 0 });
    return refused;
  };

  return (target, peer, follow) => {
    const path = pathOf(target);
    if (path === null) return null;
    const found = hits.find(path);
    let identifier = found === null ? readPath(path) : null;
    if (found === null && identifier === null) return null;
    // Not before: what is left to the framework is chosen, or not, there.
    const span = follow?.();
    if (!limit.admits(peer)) return endWithAnswer(span, refuse(target));
    // One that is followed is resolved, so that its trace shows how.
    if (span !== undefined) identifier ??= readPath(path);
    if (identifier !== null) return endWithAnswer(span, resolve(identifier, { target, path, peer, span }));
    return found === null ? null : endWithAnswer(span, hits.answer(found, peer));
  };
}
