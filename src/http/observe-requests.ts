import type { FastifyInstance } from 'fastify';
import type { Services } from './services.ts';

/** An answered request. */
export interface Answered {
  readonly method: string;
  readonly url: string;
  /** The pattern of its path. */
  readonly route: string;
  readonly resolves: boolean;
  readonly status: number;
  readonly milliseconds: number;
}

export type Observer = (answered: Answered) => void;

/**
 * Times and logs answers. Of resolutions that went well one in `logSample` is logged, and of those that a matter of time refused,
 * which come by the thousand when there is more work than time; of everything else all. The path is logged, never headers, query
 * or body.
 */
export function createObserver({ metrics, log, config: { logSample } }: Services): Observer {
  let resolved = 0;
  return ({ method, url: target, route, resolves, status, milliseconds }) => {
    metrics.observe(route, status, milliseconds / 1000);
    const routine = resolves && (status < 500 || status === 503);
    if (routine && ++resolved % logSample !== 0) return;
    const sample = routine ? { sample: logSample } : {};
    const url = target.split('?', 1)[0];
    log.info({ method, url, status, milliseconds: Math.round(milliseconds * 100) / 100, ...sample }, 'request');
  };
}

/** Observes what the framework serves. */
export function observeRequests(app: FastifyInstance, observe: Observer): void {
  app.addHook(
    'onResponse',
    async ({ method, url, routeOptions }, { statusCode: status, elapsedTime: milliseconds }) => {
      const resolves = routeOptions.config.resolves === true;
      observe({ method, url, route: routeOptions.url ?? 'none', resolves, status, milliseconds });
    },
  );
}
