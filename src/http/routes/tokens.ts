import type { FastifyInstance } from 'fastify';
import { NewToken } from '../../../proto/http/tokens.ts';
import { createToken, listTokens, revokeToken, type Scope } from '../../access/tokens.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { assertOperator, getRequestCaller } from '../caller.ts';
import { assertLabel } from '../label.ts';
import type { Services } from '../services.ts';

/** Bearer tokens; only who answers for the whole node makes, lists and revokes them. */
export function tokenRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  app.post<{ Body: NewToken }>('/api/v1/tokens', { schema: { body: NewToken } }, async (request, reply) => {
    assertOperator(await getRequestCaller(services, request));
    const { label, days } = request.body;
    assertLabel(label);
    const scope: Scope = request.body.scope === '' ? '' : parsePrefix(request.body.scope);
    const expiresAt = days === undefined ? undefined : new Date(services.now() + days * 86_400_000);
    const { token, id } = await createToken(database, { scope, label, expiresAt });
    return reply.code(201).header('cache-control', 'no-store').send({ id, scope, label, token });
  });

  app.get('/api/v1/tokens', async (request) => {
    assertOperator(await getRequestCaller(services, request));
    return { tokens: await listTokens(database) };
  });

  app.delete<{ Params: { id: string } }>('/api/v1/tokens/:id', async (request) => {
    assertOperator(await getRequestCaller(services, request));
    const { id } = request.params;
    const known = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) && (await revokeToken(database, id));
    if (!known)
      throw new KapokError('BAD_REQUEST', { message: `There is no active token ${id.slice(0, 64)}`, at: 'id' });
    return { id, revoked: true };
  });
}
