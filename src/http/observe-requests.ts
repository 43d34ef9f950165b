import type { FastifyInstance } from 'fastify';
import type { Services } from './services.ts';

/**
 * Times and logs what the framework serves. Of resolutions that went well one in `logSample` is logged, of everything else all.
 * The path is logged, never headers, query or body.
 */
export function observeRequests(app: FastifyInstance, { metrics, log, config: { logSample } }: Services): void {
  let resolved = 0;
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status, elapsedTime } = reply;
    const route = request.routeOptions.url ?? 'none';
    metrics.observe(route, status, elapsedTime / 1000);
    const routine = status < 500 && request.routeOptions.config.resolves === true;
    if (routine && ++resolved % logSample !== 0) return;
    const sample = routine ? { sample: logSample } : {};
    const url = request.url.split('?', 1)[0];
    log.info(
      { method: request.method, url, status, milliseconds: Math.round(elapsedTime * 100) / 100, ...sample },
      'request',
    );
  });
}
