import type { FastifyInstance } from 'fastify';
import * as described from '../../../proto/http/tokens.ts';
import type { Scope } from '../../access/caller.ts';
import { createToken, findToken, listTokens, revokeToken } from '../../access/tokens.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { assertLabel } from '../label.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

/** Bearer tokens: made, listed and revoked by who manages access to their scope. */
export function tokenRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, described.createToken, async (request, reply, admission) => {
    const { label, days, role = 'registrant' } = request.body;
    const scope: Scope = request.body.scope === '' ? '' : parsePrefix(request.body.scope);
    admission.at(scope);
    assertLabel(label);
    const expiresAt = days === undefined ? undefined : new Date(services.now() + days * 86_400_000);
    const made = { scope, role, label, expiresAt, by: admission.caller };
    const { token, id } = await database.transaction((tx) => createToken(tx, made));
    return reply.code(201).header('cache-control', 'no-store').send({ id, scope, role, label, token });
  });

  route(app, services, described.listTokens, async (_request, _reply, admission) => ({
    tokens: await listTokens(database, admission.scopes()),
  }));

  route(app, services, described.revokeToken, async (request, _reply, admission) => {
    const { id = '' } = request.params;
    admission.scopes();
    const found = isUuid(id) ? await findToken(database, id) : null;
    if (found !== null) admission.at(found.scope);
    if (found === null || !(await database.transaction((tx) => revokeToken(tx, id, admission.caller))))
      throw new KapokError('BAD_REQUEST', { message: `There is no active token ${id.slice(0, 64)}`, at: 'id' });
    return { id, revoked: true };
  });
}
