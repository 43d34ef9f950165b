import type { FastifyRequest } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';
import type { Precondition } from '../registry/precondition.ts';

/** `If-Match` or `If-None-Match: *` of a write (RFC 9110 §13.1); null without them. A weak tag matches nothing. */
export function readPrecondition({ headers }: FastifyRequest): Precondition | null {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match !== undefined && noneMatch !== undefined) throw refused('If-Match and If-None-Match exclude each other');
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*') throw refused('If-None-Match must be * in a write');
    return { kind: 'absent' };
  }
  if (match === undefined) return null;
  if (match.trim() === '*') return { kind: 'present' };
  const tags = match.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw refused('If-Match must be * or tags as ETag gives them, such as "3"');
  }
  return { kind: 'version', versions: tags.map((tag) => (/^"\d+"$/.test(tag) ? Number(tag.slice(1, -1)) : -1)) };
}

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): up to 255 visible ASCII characters; null without it. */
export function readIdempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new KapokError('BAD_REQUEST', {
      message: 'Idempotency-Key must be 1 to 255 visible ASCII characters',
      at: 'Idempotency-Key',
    });
  }
  return key;
}

function refused(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at: 'If-Match' });
}
