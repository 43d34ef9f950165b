import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Span } from '../telemetry/traces/span.ts';
import type { Origin, Traces } from '../telemetry/traces/traces.ts';

const originKey = Symbol('kapok.origin');
const spanKey = Symbol('kapok.span');
type Followed = IncomingMessage & { [originKey]?: Origin; [spanKey]?: Span };

/** Chooses whether a request is followed. */
export function follow(request: IncomingMessage, traces: Traces | null): boolean {
  const origin = traces === null ? null : traces.choose(request.rawHeaders);
  if (origin !== null) (request as Followed)[originKey] = origin;
  return origin !== null;
}

/** Makes a span of each followed request that resolves identifiers. */
export function followRequests(app: FastifyInstance, traces: Traces | null): void {
  if (traces === null) return;
  app.addHook('onRequest', async ({ raw, method, routeOptions: { url: route = 'none', config } }, reply) => {
    const origin = (raw as Followed)[originKey];
    if (origin === undefined || config.resolves !== true) return;
    const span = beginRequest(traces, origin, { method, route });
    (raw as Followed)[spanKey] = span;
    // Also when the client has gone away.
    reply.raw.once('close', () => endRequest(span, reply.raw.statusCode));
  });
}

export function beginRequest(
  traces: Traces,
  origin: Origin,
  { method, route }: { method: string; route: string },
): Span {
  return traces.begin(origin, `${method} ${route}`, { 'http.request.method': method, 'http.route': route });
}

export function endRequest(span: Span, status: number): void {
  span.end({ 'http.response.status_code': status }, status >= 500 ? String(status) : undefined);
}

/** What a resolution hands on when its request is followed. */
export function spanOf(request: IncomingMessage): { readonly span?: Span } {
  const span = (request as Followed)[spanKey];
  return span === undefined ? {} : { span };
}
