import type { FastifyInstance } from 'fastify';
import { getSite } from '../../../proto/http/handles.ts';
import { getLive, getMetrics, getReady } from '../../../proto/http/service.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { endWaits } from '../end-waits.ts';
import { NO_ENDPOINT, route } from '../route.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

/** A server that follows another one reads and does not write; an operator may have said so of one, too. */
const WRITABLE = `select not pg_is_in_recovery() and current_setting('default_transaction_read_only') = 'off' as writable`;

/** What operators and other nodes ask of the service itself. */
export function serviceRoutes(app: FastifyInstance, services: Services): void {
  const { ownSite, metrics, database, follower, degraded } = services;
  let stopping = false;
  endWaits(app, () => {
    stopping = true;
  });

  route(app, services, getSite, (request, reply) => sendJson(reply, request, { responseCode: 1, site: ownSite() }));

  route(app, services, getLive, async () => ({ status: 'live' }));

  route(app, services, getReady, async (_request, reply) => {
    const state = await database.query<{ writable: boolean }>(WRITABLE).catch(() => null);
    const reasons = [
      ...(stopping ? ['the node is shutting down'] : []),
      ...(state === null ? ['the database cannot be reached'] : []),
      ...(state?.[0]?.writable === false ? ['the database takes no writes'] : []),
      ...(follower.current ? [] : ['the change feed lags']),
    ];
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons, degraded: degraded() });
  });

  route(app, services, getMetrics, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );

  app.all('/api/*', { config: { operation: NO_ENDPOINT } }, (request) => {
    const path = request.url.split('?', 1)[0];
    const known = path?.startsWith('/api/handles/') === true || path === '/api/resolve';
    if (known) throw new KapokError('UNKNOWN_METHOD', { message: `Unknown method ${request.method}` });
    throw new KapokError('UNKNOWN_ROUTE', { message: `Unknown HTTP API endpoint ${request.method} ${path}` });
  });
}
