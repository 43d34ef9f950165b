import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SNMS_STATUS } from '../../../proto/http/snms/envelope.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { failureOf } from '../errors.ts';
import { messageOf, SUCCESS, statusOf } from './messages.ts';
import { refused } from './second-level-error.ts';

export function success<D>(data: D): { message: string; status: 1; data: D } {
  return { message: SUCCESS, status: SNMS_STATUS.success, data };
}

/** What a proxy or a client's HTTP library must see as well. */
const OF_HTTP: ReadonlySet<number> = new Set([408, 413, 429, 431]);

/** Failures in the envelope. What is refused is an answer to HTTP, so deployed clients read it: 200. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(missingParameter(error) ?? error, request);
  const { httpStatus } = failure;
  reply.code(httpStatus >= 500 || OF_HTTP.has(httpStatus) ? httpStatus : 200);
  return reply.send({ message: messageOf(failure), status: statusOf(failure), data: null });
}

/** A field that the body should have had, in the words that clients look for; null for everything else. */
function missingParameter(error: unknown): KapokError | null {
  if (error instanceof KapokError) return null;
  const [first] = (error as Partial<FastifyError>).validation ?? [];
  if (first?.keyword !== 'required') return null;
  const within = first.instancePath.slice(1).replaceAll('/', '.');
  const { missingProperty } = first.params as { missingProperty?: string };
  return missing([within, missingProperty].filter(Boolean).join('.'));
}

export function missing(name: string): KapokError {
  return refused(`缺少必要的请求参数: ${name}`, name);
}
