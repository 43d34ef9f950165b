import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/login.ts';
import type { Caller } from '../../access/caller.ts';
import { logIn, logOut } from '../../access/login.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findRequestCaller } from '../caller.ts';
import { readJsonAlone } from '../json-body.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const DEFAULT_HOURS = 12;

/** A proof of who one is, in exchange for a token; and the end of that token. */
export function loginRoutes(app: FastifyInstance, services: Services): void {
  const { database, now } = services;
  app.register((scope, _options, registered) => {
    readJsonAlone(scope, { mayBeEmpty: true });

    route(scope, services, described.logIn, async (request, reply) => {
      const caller = await getCaller(services, request);
      const { hours = DEFAULT_HOURS } = request.body ?? {};
      const login = await logIn(database, caller, { hours, now: now() });
      return reply.code(201).header('cache-control', 'no-store').send(login);
    });

    route(scope, services, described.logOut, async (request) => {
      const caller = await getCaller(services, request);
      await logOut(database, caller);
      return { id: caller.id, revoked: true };
    });
    registered();
  });
}

async function getCaller(services: Services, request: FastifyRequest): Promise<Caller> {
  const caller = await findRequestCaller(services, request);
  if (caller === null) throw new KapokError('UNAUTHENTICATED');
  return caller;
}
