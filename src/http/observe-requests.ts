import type { FastifyInstance } from 'fastify';
import type { Services } from './services.ts';

/** Resolutions that went well are logged one in so many; everything else is logged. */
const SAMPLE = 128;

/** Times and logs what the framework serves. The path is logged, never headers, query or body. */
export function observeRequests(app: FastifyInstance, { metrics, log }: Services): void {
  let resolved = 0;
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status, elapsedTime } = reply;
    const route = request.routeOptions.url ?? 'none';
    metrics.observe(route, status, elapsedTime / 1000);
    const routine = status < 500 && request.routeOptions.config.resolves === true;
    if (routine && ++resolved % SAMPLE !== 0) return;
    const sample = routine ? { sample: SAMPLE } : {};
    const url = request.url.split('?', 1)[0];
    log.info(
      { method: request.method, url, status, milliseconds: Math.round(elapsedTime * 100) / 100, ...sample },
      'request',
    );
  });
}
