import type { FastifyInstance } from 'fastify';
import * as described from '../../../proto/http/organisations.ts';
import { createOrganisation } from '../../governance/organisations/create-organisation.ts';
import { answerOf } from '../../governance/organisations/organisation-answer.ts';
import { findRequestCaller } from '../caller.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Organisations 主体: drafted and submitted by themselves, checked by a reviewer. */
export function organisationRoutes(app: FastifyInstance, services: Services): void {
  const { database, secrets } = services;

  route(app, services, described.createOrganisation, async (request, reply) => {
    const caller = await findRequestCaller(services, request);
    const box = await secrets.box();
    const { row, token } = await createOrganisation(database, { box, data: request.body, caller });
    const organisation = answerOf(box, row, { attachments: new Set(), full: false });
    return reply.code(201).header('cache-control', 'no-store').send({ organisation, token });
  });
}
