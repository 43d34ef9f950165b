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

export interface RefusedBy {
  readonly max: number;
  readonly seconds: number;
  /** What is counted, after "Too many". */
  readonly what: string;
}

/** What a refusal says of its limit, names and values (draft-ietf-httpapi-ratelimit-headers-03, as @fastify/rate-limit sends it; RFC 9110 §10.2.3), and its error. */
export function refusalOf({ max, seconds, what }: RefusedBy) {
  const wait = Math.max(1, seconds);
  const headers: readonly (readonly [string, number])[] = [
    ['retry-after', wait],
    ['ratelimit-limit', max],
    ['ratelimit-remaining', 0],
    ['ratelimit-reset', wait],
  ];
  return { headers, failure: new KapokError('RATE_LIMITED', { message: `Too many ${what}; retry in ${wait} s` }) };
}

/** Puts the headers of a refusal into an answer, and answers its error. */
export function refuse(reply: FastifyReply, limit: RefusedBy): KapokError {
  const { headers, failure } = refusalOf(limit);
  for (const [name, value] of headers) reply.header(name, value);
  return failure;
}
