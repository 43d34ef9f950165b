import type { FastifyInstance } from 'fastify';
import { PREFLIGHT } from '../route.ts';

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match';

/**
 * `OPTIONS` of every route: the methods that it has and, before a request of another origin, what that may send (Fetch
 * standard §4.8). Must be called before the first route; the answer is to be called after the last.
 */
export function collectMethods(app: FastifyInstance): () => void {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    routes.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...routes]) {
      if (methods.has('OPTIONS')) continue;
      const allow = [...methods, 'OPTIONS'].sort().join(', ');
      app.options(url, { config: { operation: PREFLIGHT } }, async (request, reply) => {
        reply.header('allow', allow);
        if (request.headers['access-control-request-method'] !== undefined) {
          reply.header('access-control-allow-methods', allow).header('access-control-allow-headers', ALLOWED_HEADERS);
        }
        return reply.send();
      });
    }
  };
}
