import type { FastifyRequest } from 'fastify';
import type { KapokError } from '../errors/kapok-error.ts';

const BEARER = 'Bearer realm="kapok"';
const BASIC = 'Basic realm="handle"';

/**
 * The challenges of a 401 (RFC 9110 §11.6.1). Handle's REST interface asks as Handle does: for Basic too, but not of a script
 * that says it is one, whose browser would open a window.
 */
export function challengesOf(request: FastifyRequest, { challenge = 'Handle' }: KapokError): string[] {
  const isHandle = request.routeOptions?.config?.operation?.handleErrors === true;
  const isScript = String(request.headers['x-requested-with']).toLowerCase() === 'xmlhttprequest';
  return [...(isHandle && !isScript ? [BASIC] : []), challenge, BEARER];
}
