import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isContentDigest } from '../access/signatures/content-digest.ts';
import { KapokError } from '../errors/kapok-error.ts';

/**
 * A body is JSON, and JSON is UTF-8 (RFC 8259 §8.1): a body in GBK is refused, where decoding it would store a question
 * mark for each character. Fastify reads text/plain too, which would come to the routes as a value that is no JSON.
 * No body is an error where JSON is announced, unless it may be empty: then it is null.
 */
export function readJsonAlone(app: FastifyInstance, { mayBeEmpty = false } = {}): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (mayBeEmpty && body.length === 0) return done(null, null);
    const problem = findDigestProblem(request, body);
    if (problem !== null) return done(problem);
    if (isUtf8(body)) return parse(request, body.toString('utf8'), done);
    done(new KapokError('BAD_REQUEST', { message: 'The body is not UTF-8' }));
  });
}

/** Bodies of any type, as they are. */
export function readBytesAlone(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) =>
    done(findDigestProblem(request, body), body),
  );
}

/** Of a signed call the digest alone is signed: the body must be the one it was made of (RFC 9530). */
function findDigestProblem({ headers }: FastifyRequest, body: Buffer): KapokError | null {
  const { 'content-digest': digest } = headers;
  if (digest === undefined || isContentDigest(String(digest), body)) return null;
  const message = 'Content-Digest is not the sha-256 of the body';
  return new KapokError('BAD_REQUEST', { message, at: 'Content-Digest' });
}
