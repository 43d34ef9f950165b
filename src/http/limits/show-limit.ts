import type { FastifyReply } from 'fastify';
import { KapokError } from '../../errors/kapok-error.ts';

/** Of every limit but that of resolutions, in milliseconds. */
export const WINDOW = 60_000;

/** Of several limits the one that has the least left is shown. */
export function showLimit(
  reply: FastifyReply,
  { max, remaining, seconds }: { max: number; remaining: number; seconds: number },
) {
  if (Number(reply.getHeader('ratelimit-remaining') ?? Number.POSITIVE_INFINITY) <= remaining) return;
  reply
    .header('ratelimit-limit', max)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', Math.max(1, seconds));
}

/** The headers of a refusal (draft-ietf-httpapi-ratelimit-headers-03, as @fastify/rate-limit sends them; RFC 9110 §10.2.3), and its error. */
export function refuse(
  reply: FastifyReply,
  { max, seconds, what }: { max: number; seconds: number; what: string },
): KapokError {
  const wait = Math.max(1, seconds);
  reply.header('retry-after', wait);
  showLimit(reply, { max, remaining: 0, seconds: wait });
  return new KapokError('RATE_LIMITED', { message: `Too many ${what}; retry in ${wait} s` });
}
