import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { IIIDAP_MEDIA_TYPE } from '../../proto/http/iiidap.ts';
import type { Operation } from '../../proto/http/operation.ts';
import { PROBLEM_MEDIA_TYPE } from '../../proto/http/problem.ts';
import { type CatalogueEntry, catalogue } from '../errors/catalogue.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { errorJson } from '../resolve/answer-json.ts';
import { challengesOf } from './challenges.ts';
import { isLookUp, lookUpErrorOf } from './look-up-error.ts';
import { problemOf } from './problem.ts';
import { NO_ENDPOINT, PREFLIGHT } from './route.ts';
import { sendJson } from './send-json.ts';

/** The room of Handle's REST interface: what is no operation there fails in its shape, too. */
const HANDLE_PATHS = /^\/api\/(?!v1(?:[/?]|$))/;

/** The one place where failures become HTTP answers. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error, request);
  const retryAfter = retryAfterOf(failure);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (failure.httpStatus === 401) reply.header('www-authenticate', challengesOf(request, failure));
  reply.code(failure.httpStatus);
  if (speaksHandle(request)) return sendJson(reply, request, errorJson(failure, failure.subject || undefined));
  if (isLookUp(request.url)) return reply.type(IIIDAP_MEDIA_TYPE).send(JSON.stringify(lookUpErrorOf(failure)));
  return reply.type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problemOf(failure)));
}

/** The failure that an error stands for: noted with the request, and in the log when it is the node's own. */
export function failureOf(error: unknown, request: FastifyRequest): KapokError {
  const failure = asKapokError(error, request);
  request.failure = failure.code;
  if (isOurs(failure)) {
    // What is asked for after "?" may be private: a text that a value is compared with.
    const url = request.url.split('?', 1)[0];
    request.log.error({ err: error, code: failure.code, url }, failure.message);
  }
  return failure;
}

/** Whether a failure is to be looked into: it is no caller's, and no matter of time. */
export function isOurs(failure: KapokError): boolean {
  return failure.httpStatus >= 500 && retryAfterOf(failure) === undefined;
}

/** Operations of no resource. */
const OF_NO_RESOURCE: readonly (Operation | undefined)[] = [undefined, PREFLIGHT, NO_ENDPOINT];

/** Seconds after which what is no defect, but a matter of time, may go well. */
export function retryAfterOf({ code }: KapokError): number | undefined {
  const { retryAfter }: CatalogueEntry = catalogue[code];
  return retryAfter;
}

/** A request that met no operation, or whose path cannot be decoded, is told apart by its path. */
function speaksHandle(request: FastifyRequest): boolean {
  const operation = request.routeOptions?.config?.operation;
  return OF_NO_RESOURCE.includes(operation) ? HANDLE_PATHS.test(request.url) : operation?.handleErrors === true;
}

function asKapokError(error: unknown, request: FastifyRequest): KapokError {
  if (error instanceof KapokError) return error;
  const { code = '', message, statusCode, validation } = error as FastifyError;
  if (validation !== undefined) return invalidBody(error as FastifyError);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new KapokError('BODY_TOO_LARGE', {
        message: `The body is over ${request.routeOptions.bodyLimit} bytes`,
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      // Handle's REST interface answers 400 to it.
      const answer = request.url.startsWith('/api/handles') ? 'BAD_REQUEST' : 'UNSUPPORTED_MEDIA_TYPE';
      return new KapokError(answer, {
        message: `Unsupported media type ${request.headers['content-type']}`,
        cause: error,
      });
    }
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new KapokError('BAD_REQUEST', { message: 'The body is empty', cause: error });
    case 'FST_ERR_BAD_URL':
      return new KapokError('INVALID_IDENTIFIER', { message: 'The path has a broken percent-encoding', cause: error });
  }
  if (statusCode === 429) return new KapokError('RATE_LIMITED', { cause: error });
  if (error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return new KapokError('BAD_REQUEST', { message: `The body is not JSON: ${message}`, cause: error });
  }
  if (statusCode !== undefined && statusCode < 500) return new KapokError('BAD_REQUEST', { message, cause: error });
  return new KapokError('INTERNAL', { cause: error });
}

/** `body/identifiers/3 must be string` becomes `identifiers[3] must be string`. */
function invalidBody(error: FastifyError): KapokError {
  const [first, ...others] = error.validation ?? [];
  const path = (first?.instancePath ?? '')
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  const params = first?.params as { additionalProperty?: string } | undefined;
  const field = params?.additionalProperty === undefined ? '' : ` "${params.additionalProperty}"`;
  const at = path === '' ? (error.validationContext ?? 'body') : path;
  // A choice of words fails once a word.
  const words = [first, ...others].flatMap((problem) => (problem?.keyword === 'const' ? [allowedWord(problem)] : []));
  const reason = words.length > 0 ? `must be one of ${words.join(', ')}` : (first?.message ?? 'is not valid');
  return new KapokError('BAD_REQUEST', {
    message: `${at} ${reason}${field}`,
    at,
    cause: error,
  });
}

function allowedWord({ params }: NonNullable<FastifyError['validation']>[number]): string {
  return String((params as { allowedValue?: unknown }).allowedValue);
}
