import type { FastifyInstance } from 'fastify';
import * as described from '../../../proto/http/members.ts';
import { assertSubject, canonicalSubject } from '../../access/grants.ts';
import { may } from '../../access/may.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { addMemberIn, isMemberSubject, listMembers, removeMember } from '../../governance/organisations/members.ts';
import { IN_FORCE } from '../../governance/organisations/organisation-machine.ts';
import { lockOrganisation } from '../../governance/organisations/organisation-table.ts';
import { readOrganisation } from '../organisation-parameter.ts';
import { getText } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Who speaks for an organisation besides the bearer of its token. */
export function memberRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  const subjectOf = (text: string): string => {
    assertSubject(text);
    const subject = canonicalSubject(text, services.administration.keyOf);
    if (isMemberSubject(subject)) return subject;
    const message = 'subject must be INDEX:PREFIX/name (a key) or oidc:ISSUER#SUB';
    throw new KapokError('BAD_REQUEST', { message, at: 'subject' });
  };

  route(app, services, described.listMembers, async (request, _reply, admission) => ({
    members: await listMembers(database, readOrganisation(request, admission)),
  }));

  route(app, services, described.addMember, async (request, reply, admission) => {
    const organisation = readOrganisation(request, admission);
    const subject = subjectOf(request.body.subject);
    const { caller } = admission;
    const { member, created } = await database.transaction(async (tx) => {
      const { state } = await lockOrganisation(tx, organisation);
      // Membership needs no consent: what nobody has checked makes no members of others.
      if (!IN_FORCE.has(state) && !may(caller, 'filings.apply', '')) throw new KapokError('ORGANISATION_NOT_VERIFIED');
      return addMemberIn(tx, { organisation, subject, actor: caller });
    });
    return reply.code(created ? 201 : 200).send(member);
  });

  route(app, services, described.removeMember, async (request, _reply, admission) => {
    const organisation = readOrganisation(request, admission);
    const subject = subjectOf(getText(request, 'subject'));
    if (await removeMember(database, { organisation, subject, actor: admission.caller }))
      return { subject, removed: true };
    throw new KapokError('BAD_REQUEST', { message: 'There is no such member', at: 'subject' });
  });
}
