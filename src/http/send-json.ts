import type { FastifyReply, FastifyRequest } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';
import { JSON_TYPE } from '../resolve/public-record.ts';
import { formOf, hasFlag } from './query-string.ts';

/** Sends JSON as Handle's REST interface does: `pretty` indents it, `callback` wraps it (JSONP). */
export function sendJson(reply: FastifyReply, request: FastifyRequest, json: unknown): FastifyReply {
  return sendText(reply, request, JSON.stringify(json));
}

/** The same, of JSON that is text already. */
export function sendText(reply: FastifyReply, request: FastifyRequest, json: string | Buffer): FastifyReply {
  const text = hasFlag(request, 'pretty') ? JSON.stringify(JSON.parse(json.toString()), null, 2) : json;
  const name = callbackName(formOf(request).callback);
  if (name === null) return reply.type(JSON_TYPE).send(text);
  return reply
    .type('application/javascript;charset=utf-8')
    .header('x-content-type-options', 'nosniff')
    .send(`${name}(${text.toString()});`);
}

export function assertCallback(request: FastifyRequest): void {
  const { callback } = request.query as Record<string, unknown>;
  if (callback === undefined || callbackName(callback) !== null) return;
  throw new KapokError('BAD_REQUEST', {
    message: 'callback must be a name of up to 64 letters, digits, ".", "$" and "_"',
  });
}

/** Anything but a plain name could be script of the caller's choice. */
function callbackName(callback: unknown): string | null {
  return typeof callback === 'string' && /^[A-Za-z_$][\w$.]{0,63}$/.test(callback) ? callback : null;
}
