import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ORGANISATION_STATES } from '../../../proto/http/organisation-data.ts';
import * as described from '../../../proto/http/organisations.ts';
import { may } from '../../access/may.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { appendAudit } from '../../governance/audit/append-audit.ts';
import type { Party } from '../../governance/machine.ts';
import { actOnOrganisation, type OrganisationStep } from '../../governance/organisations/act-on-organisation.ts';
import { listAttachments } from '../../governance/organisations/attachment-table.ts';
import { createOrganisation } from '../../governance/organisations/create-organisation.ts';
import { editData } from '../../governance/organisations/edit-data.ts';
import { listOrganisations, placeOf } from '../../governance/organisations/list-organisations.ts';
import { answerOf } from '../../governance/organisations/organisation-answer.ts';
import { getOrganisation, type OrganisationRow } from '../../governance/organisations/organisation-table.ts';
import type { Admission } from '../admission.ts';
import { findRequestCaller } from '../caller.ts';
import { readOrganisation } from '../organisation-parameter.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import { readPrecondition } from '../preconditions.ts';
import { readText, readWhole, readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const PAGE = 50;
const MAX_PAGE = 200;

const ITS_OWN = [
  ['submit', described.submitOrganisation],
  ['discard', described.discardOrganisation],
  ['withdraw', described.withdrawOrganisation],
] as const;

const VERDICTS = [
  ['verify', described.verifyOrganisation],
  ['refuse', described.refuseOrganisation],
  ['suspend', described.suspendOrganisation],
  ['resume', described.resumeOrganisation],
] as const;

/** Organisations 主体: drafted and submitted by themselves, checked by a reviewer. */
export function organisationRoutes(app: FastifyInstance, services: Services): void {
  const { database, secrets } = services;

  const answer = async (row: OrganisationRow, { caller }: Admission) => {
    const reviews = may(caller, 'filings.review', '');
    const parties: Party[] = [
      ...(caller.organisations.includes(row.id) || may(caller, 'filings.apply', '') ? (['organisation'] as const) : []),
      ...(reviews ? (['authority'] as const) : []),
    ];
    const attachments = new Set((await listAttachments(database, row.id)).map(({ kind }) => kind));
    return answerOf(await secrets.box(), row, { attachments, full: reviews, parties });
  };

  type Asked = Pick<OrganisationStep, 'id' | 'action' | 'by' | 'reason'> & Pick<Partial<OrganisationStep>, 'edit'>;
  const act = async (request: FastifyRequest, admission: Admission, asked: Asked) => {
    const expected = readPrecondition(request);
    const versions = expected?.kind === 'version' ? expected.versions : null;
    const box = await secrets.box();
    const row = await actOnOrganisation(database, { ...asked, versions, box, actor: admission.caller });
    // Prefixes may have been suspended or resumed with it.
    await services.announce();
    return answer(row, admission);
  };

  route(app, services, described.createOrganisation, async (request, reply) => {
    if (!services.config.capabilities.has('governs'))
      throw new KapokError('NOT_RESPONSIBLE', { message: 'This node checks no organisations; apply to the one above' });
    const caller = await findRequestCaller(services, request);
    const box = await secrets.box();
    const { row, token } = await createOrganisation(database, { box, data: request.body, caller });
    const organisation = answerOf(box, row, { attachments: new Set(), full: false, parties: ['organisation'] });
    const location = `/api/v1/organisations/${row.id}`;
    return reply.code(201).headers({ location, 'cache-control': 'no-store' }).send({ organisation, token });
  });

  route(app, services, described.listOrganisations, async (request, _reply, admission) => {
    const filter = {
      ids: admission.organisations(),
      state: readWord(request, 'state', ORGANISATION_STATES) ?? null,
      name: readText(request, 'name') ?? null,
    };
    const limit = readWhole(request, 'limit', { max: MAX_PAGE }) ?? PAGE;
    const after = readPlace(readText(request, 'after'));
    const found = await listOrganisations(database, filter, { after, limit: limit + 1 });
    const organisations = found.slice(0, limit);
    const last = found.length > limit ? organisations.at(-1) : undefined;
    const place = last && placeOf(last);
    return { organisations, next: place === undefined ? null : encodePageToken([place.submitted, place.id]) };
  });

  route(app, services, described.getOrganisation, async (request, reply, admission) => {
    const row = await getOrganisation(database, readOrganisation(request, admission));
    const told = await answer(row, admission);
    if (may(admission.caller, 'filings.review', '')) await recordReading(services, row.id, admission);
    return reply.header('etag', `"${row.version}"`).header('cache-control', 'no-store').send(told);
  });

  route(app, services, described.editOrganisation, async (request, _reply, admission) => {
    const id = readOrganisation(request, admission);
    const { body } = request;
    return act(request, admission, { id, action: 'edit', by: 'organisation', edit: (data) => editData(data, body) });
  });

  for (const [action, operation] of ITS_OWN) {
    route(app, services, operation, async (request, _reply, admission) => {
      const id = readOrganisation(request, admission);
      return act(request, admission, { id, action, by: 'organisation', reason: request.body.reason });
    });
  }

  for (const [action, operation] of VERDICTS) {
    route(app, services, operation, async (request, _reply, admission) => {
      admission.at('');
      const id = readOrganisation(request, admission);
      return act(request, admission, { id, action, by: 'authority', reason: request.body.reason });
    });
  }
}

/** Who has seen whole numbers and pictures is recorded, before they leave. */
export async function recordReading(
  { database }: Services,
  id: string,
  { caller }: Admission,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const about = { kind: 'organisation', id, prefix: null };
  await database.transaction((tx) =>
    appendAudit(tx, { action: 'organisation.read', actor: caller, ...about, after: detail }),
  );
}

function readPlace(token: string | undefined) {
  if (token === undefined) return null;
  const [submitted = '', id = ''] = decodePageToken(token, ['string', 'string']).map(String);
  const isMoment = submitted === 'infinity' || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(submitted);
  if (isMoment && !(submitted !== 'infinity' && Number.isNaN(Date.parse(submitted))) && isUuid(id))
    return { submitted, id };
  throw new KapokError('BAD_REQUEST', { message: 'after must be what next of a page said', at: 'after' });
}
