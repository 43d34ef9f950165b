import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/sessions.ts';
import { keyOfCaller } from '../../access/administration.ts';
import { type HandleAuthorization, parseHandleAuthorization } from '../../access/handle/authorization.ts';
import { printChallenge } from '../../access/handle/challenge.ts';
import { logInToSession, type SessionLogin } from '../../access/handle/session-login.ts';
import { authenticateSession, closeSession, openSession } from '../../access/handle/sessions.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findRequestCaller } from '../caller.ts';
import { challengesOf } from '../challenges.ts';
import { readJsonAlone } from '../json-body.ts';
import { route } from '../route.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

const BODY_LIMIT = 16 * 1024;

/** `/api/sessions` of Handle's REST interface: a nonce is signed once, and the session speaks for the key from then on. */
export function sessionRoutes(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, registered) => {
    // Clients announce JSON and send nothing.
    readJsonAlone(scope, { mayBeEmpty: true });
    route(scope, services, described.openSession, async (request, reply) => open(services, request, reply), limits);
    route(scope, services, described.getSession, async (request, reply) => log(services, request, reply));
    const prove = async (request: FastifyRequest, reply: FastifyReply) => log(services, request, reply);
    route(scope, services, described.authenticateSession, prove, limits);
    route(scope, services, described.postSession, prove, limits);
    route(scope, services, described.closeSession, async (request, reply) => {
      const { sessionId = '' } = readAuthorization(request) ?? {};
      if (await closeSession(services.database, sessionId)) return reply.code(204).send();
      return sendNoSession(request, reply);
    });
    registered();
  });
}

const limits = { bodyLimit: BODY_LIMIT };

async function open(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { database } = services;
  const authorization = readAuthorization(request);
  if (authorization?.sessionId !== undefined)
    throw new KapokError('BAD_REQUEST', { message: 'A session is opened without the name of one', at: 'sessionId' });
  // A secret key that comes along is proven at once.
  const caller = authorization === null ? await findRequestCaller(services, request) : null;
  const opened = await openSession(database);
  const proven = caller === null || keyOfCaller(caller) === null ? null : caller.subject;
  const session =
    proven === null ? opened : await authenticateSession(database, opened, { subject: proven, proof: opened.nonce });
  reply.code(201).header('location', described.getSession.path);
  return sendSession(request, reply, { session, error: null });
}

async function log(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { database, keys } = services;
  const authorization = { ...((request.body ?? {}) as HandleAuthorization), ...readAuthorization(request) };
  const login = await logInToSession({ database, keys }, authorization);
  const { session, error } = login;
  if (session === null) return sendNoSession(request, reply);
  if (error !== null) {
    const challenge = printChallenge({ sessionId: session.id, nonce: session.nonce, error });
    const failure = new KapokError('INVALID_CREDENTIAL', { challenge });
    // Counted as what is thrown is: a guess is a guess.
    request.failure = failure.code;
    reply.code(401).header('www-authenticate', challengesOf(request, failure));
  }
  return sendSession(request, reply, login);
}

function sendSession(request: FastifyRequest, reply: FastifyReply, { session, error }: SessionLogin): FastifyReply {
  if (session === null) return sendNoSession(request, reply);
  const { id: sessionId, nonce, subject: id } = session;
  return sendJson(reply.header('cache-control', 'no-store'), request, {
    sessionId,
    nonce: nonce.toString('base64'),
    ...(id === null ? {} : { authenticated: true, id }),
    ...(error === null ? {} : { error }),
  });
}

function sendNoSession(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendJson(reply.code(403), request, { error: 'There is no such session' });
}

/** Null without the scheme. Throws INVALID_CREDENTIAL for what cannot be read. */
function readAuthorization({ headers: { authorization = '' } }: FastifyRequest): HandleAuthorization | null {
  if (!/^[ \t]*Handle([ \t]|$)/i.test(authorization)) return null;
  const read = parseHandleAuthorization(authorization);
  if (read === null) throw new KapokError('INVALID_CREDENTIAL', { message: 'Authorization: Handle is malformed' });
  return read;
}
