import type { FastifyInstance } from 'fastify';
import * as described from '../../../proto/http/grants.ts';
import type { Scope } from '../../access/caller.ts';
import {
  assertSubject,
  canonicalSubject,
  createGrant,
  findGrant,
  listGrants,
  revokeGrant,
} from '../../access/grants.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

/** Roles of keys, OpenID subjects and nodes, given by who manages access to their scope. */
export function grantRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, described.createGrant, async (request, reply, admission) => {
    const { role } = request.body;
    const scope: Scope = request.body.scope === '' ? '' : parsePrefix(request.body.scope);
    admission.at(scope);
    assertSubject(request.body.subject);
    const subject = canonicalSubject(request.body.subject, services.administration.keyOf);
    const given = { subject, role, scope, by: admission.caller };
    const { grant, created } = await database.transaction((tx) => createGrant(tx, given));
    return reply.code(created ? 201 : 200).send(grant);
  });

  route(app, services, described.listGrants, async (_request, _reply, admission) => ({
    grants: await listGrants(database, admission.scopes()),
  }));

  route(app, services, described.revokeGrant, async (request, _reply, admission) => {
    const { id = '' } = request.params;
    admission.scopes();
    const found = isUuid(id) ? await findGrant(database, id) : null;
    if (found !== null) admission.at(found.scope);
    if (found === null || !(await database.transaction((tx) => revokeGrant(tx, id, admission.caller))))
      throw new KapokError('BAD_REQUEST', { message: `There is no grant ${id.slice(0, 64)}`, at: 'id' });
    return { id, revoked: true };
  });
}
