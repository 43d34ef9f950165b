import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readAcceptSignature, signAnswer } from '../access/signatures/answer-signature.ts';
import type { Services } from './services.ts';

/** Signs an answer for who asks for it with `Accept-Signature`: nodes that have pinned this one's key. Streams are not signed. */
export function signAnswers(app: FastifyInstance, { nodeKey, now }: Services): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { 'accept-signature': accept } = request.headers;
    if (accept === undefined) return payload;
    const body = payload ?? '';
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return payload;
    const asked = askedBy(request);
    const nonce = readAcceptSignature(accept, asked);
    if (nonce !== null) {
      reply.headers(signAnswer({ status: reply.statusCode, body }, { asked, nonce, key: nodeKey, now }));
    }
    return payload;
  });
}

/** A body is known by its digest, which was compared where the body was read. */
function askedBy({ method, raw, headers }: FastifyRequest) {
  const { 'content-digest': digest } = headers;
  return { method, target: raw.url ?? '', digest: digest === undefined ? undefined : String(digest) };
}
