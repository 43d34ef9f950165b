import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { type Operation, operation } from '../../proto/http/operation.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { Admission } from './admission.ts';
import { findRequestCaller } from './caller.ts';
import { checkBody } from './check-body.ts';
import type { Services } from './services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route is: there is none without it. */
    readonly operation?: Operation;
    /** The route resolves identifiers: it stands under the hot path's limit, and its log is sampled. */
    readonly resolves?: boolean;
  }
  interface FastifyRequest {
    admission: Admission | null;
  }
}

type BodyOf<O extends Operation> = O['body'] extends TSchema ? Static<O['body']> : unknown;
export type RequestOf<O extends Operation> = FastifyRequest<{ Body: BodyOf<O>; Params: Record<string, string> }>;
type AdmissionOf<O extends Operation> = O['permission'] extends 'public' ? null : Admission;

export type Handler<O extends Operation> = (
  request: RequestOf<O>,
  reply: FastifyReply,
  admission: AdmissionOf<O>,
) => unknown;

export interface RouteOptions {
  readonly resolves?: boolean;
  readonly bodyLimit?: number;
  /** False: no HEAD, which would do all the work to answer nothing. */
  readonly head?: false;
}

/**
 * Serves an operation. Its caller is known before the body is read; whether it may do what it asks is decided by the handler's
 * word on where, and an answer without that word never leaves.
 */
export function route<O extends Operation>(
  app: FastifyInstance,
  services: Services,
  described: O,
  handler: Handler<O>,
  options: RouteOptions = {},
): void {
  const { method, permission, body, upload } = described;
  const { resolves = false, bodyLimit, head } = options;
  app.route({
    method,
    url: described.path.replace(/\{\+\w+\}$/, '*').replace(/\{(\w+)\}/g, ':$1'),
    ...(body === undefined || upload !== undefined ? {} : { preValidation: checkBody(body) }),
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(head === undefined ? {} : { exposeHeadRoute: head }),
    config: { operation: described, resolves },
    ...(permission === 'public' ? {} : { onRequest: admit(services, described), onSend: assertDecided }),
    handler: (request, reply) =>
      handler(request as unknown as RequestOf<O>, reply, request.admission as AdmissionOf<O>),
  });
}

function admit(services: Services, { permission }: Operation) {
  return async (request: FastifyRequest) => {
    const caller = await findRequestCaller(services, request);
    if (caller === null) throw new KapokError('UNAUTHENTICATED');
    request.admission = new Admission(caller, permission, services.administration);
  };
}

async function assertDecided(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { admission, routeOptions, failure } = request;
  // A refusal tells nothing, whatever status it has.
  if (reply.statusCode >= 400 || (failure ?? null) !== null || admission?.decided === true) return;
  throw new Error(`${routeOptions.config.operation?.id} did not ask where it is allowed`);
}

/** Refuses a route that is no operation: nobody would have decided who may use it. Must be called before the first route. */
export function requireOperations(app: FastifyInstance): void {
  app.decorateRequest('admission', null);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.operation === undefined) throw new Error(`The route ${method} ${url} names no permission`);
  });
}

/** An operation of the HTTP protocol itself. */
export const PREFLIGHT = operation({
  id: 'preflight',
  method: 'GET',
  path: '/',
  permission: 'public',
  tag: 'Service',
  summary: 'The methods of a route',
  answers: { 200: { text: 'In Allow' } },
});

/** What lies below /api and is no endpoint: whatever is asked there is refused, and by anybody. */
export const NO_ENDPOINT = operation({
  id: 'noEndpoint',
  method: 'GET',
  path: '/api/{+rest}',
  permission: 'public',
  tag: 'Service',
  summary: 'No endpoint',
  answers: {},
});
