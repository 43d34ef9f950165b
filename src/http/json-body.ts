import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';

/**
 * A body is JSON, and JSON is UTF-8 (RFC 8259 §8.1): a body in GBK is refused, where decoding it would store a question
 * mark for each character. Fastify reads text/plain too, which would come to the routes as a value that is no JSON.
 */
export function readJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) return parse(request, body.toString('utf8'), done);
    done(new KapokError('BAD_REQUEST', { message: 'The body is not UTF-8' }));
  });
}
