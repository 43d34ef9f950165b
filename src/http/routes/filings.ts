import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/filings.ts';
import { may } from '../../access/may.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { actOnFiling } from '../../governance/filings/act-on-filing.ts';
import { createFiling } from '../../governance/filings/create-filing.ts';
import { answerOfFiling } from '../../governance/filings/filing-answer.ts';
import { type FilingRow, findFiling, listFilings, placeOf } from '../../governance/filings/filing-table.ts';
import type { Party } from '../../governance/machine.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Admission } from '../admission.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import { readPrecondition } from '../preconditions.ts';
import { readText, readWhole, readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const PAGE = 50;
const MAX_PAGE = 200;

/** What an organisation does with its filing. */
const ITS_OWN = [
  ['submit', described.submitFiling],
  ['discard', described.discardFiling],
  ['confirm', described.confirmFiling],
  ['cancel', described.cancelFiling],
] as const;

/** What the authority decides. */
const DECISIONS = [
  ['review', described.reviewFiling],
  ['return', described.returnFiling],
  ['accept', described.acceptFiling],
  ['suspend', described.suspendFiling],
  ['resume', described.resumeFiling],
  ['revoke', described.revokeFiling],
] as const;

/** Filings 备案: an organisation drafts and submits, the authority reviews, and each sees what it can do next. */
export function filingRoutes(app: FastifyInstance, services: Services): void {
  const { database, now } = services;

  const answer = (row: FilingRow, { caller }: Admission) => {
    const isApplicant = caller.organisations.includes(row.organisation) || may(caller, 'filings.apply', '');
    const parties: Party[] = [
      ...(isApplicant ? (['organisation'] as const) : []),
      ...(may(caller, 'filings.review', '') ? (['authority'] as const) : []),
    ];
    return answerOfFiling(row, { parties, now: new Date(now()) });
  };

  /** Who is not of the organisation learns nothing, not even whether there is such a filing. */
  const getOwn = async (id: string, admission: Admission): Promise<FilingRow> => {
    const row = isUuid(id) ? await findFiling(database, id) : null;
    admission.ofOrganisation(row?.organisation ?? '');
    if (row === null) throw new KapokError('FILING_NOT_FOUND');
    return row;
  };

  type Asked = Pick<Parameters<typeof actOnFiling>[1], 'id' | 'action' | 'by' | 'reason' | 'patch'>;
  const act = async (request: FastifyRequest, admission: Admission, asked: Asked) => {
    if (!isUuid(asked.id)) throw new KapokError('FILING_NOT_FOUND');
    const expected = readPrecondition(request);
    const versions = expected?.kind === 'version' ? expected.versions : null;
    const at = { versions, now: new Date(now()), authority: authorityOf(services) };
    const row = await actOnFiling(database, { ...asked, ...at, actor: admission.caller });
    // Prefixes may have been suspended or resumed with it.
    await services.announce();
    return answer(row, admission);
  };

  route(app, services, described.createFiling, async (request, reply, admission) => {
    const { organisation, kind, data = {} } = request.body;
    admission.ofOrganisation(organisation);
    authorityOf(services);
    if (!isUuid(organisation)) throw new KapokError('ORGANISATION_NOT_FOUND');
    const row = await createFiling(database, { organisation, kind, data, actor: admission.caller });
    return reply.code(201).header('location', `/api/v1/filings/${row.id}`).send(answer(row, admission));
  });

  route(app, services, described.listFilings, async (request, _reply, admission) => {
    const organisation = readText(request, 'organisation');
    if (organisation !== undefined) admission.ofOrganisation(organisation);
    const organisations = organisation === undefined ? admission.organisations() : [organisation].filter(isUuid);
    const filter = {
      organisations,
      kind: readWord(request, 'kind', described.FILING_KINDS) ?? null,
      state: readWord(request, 'state', described.FILING_STATES) ?? null,
    };
    const limit = readWhole(request, 'limit', { max: MAX_PAGE }) ?? PAGE;
    const found = await listFilings(database, filter, {
      after: readPlace(readText(request, 'after')),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const place = last === undefined ? null : placeOf(last);
    const next = place === null ? null : encodePageToken([place.due, place.id]);
    return { filings: page.map((row) => answer(row, admission)), next };
  });

  route(app, services, described.getFiling, async (request, reply, admission) => {
    const row = await getOwn(request.params.id ?? '', admission);
    return reply.header('etag', `"${row.version}"`).send(answer(row, admission));
  });

  route(app, services, described.editFiling, async (request, _reply, admission) => {
    const { id } = await getOwn(request.params.id ?? '', admission);
    return act(request, admission, { id, action: 'edit', by: 'organisation', patch: request.body.data });
  });

  for (const [action, operation] of ITS_OWN) {
    route(app, services, operation, async (request, _reply, admission) => {
      const { id } = await getOwn(request.params.id ?? '', admission);
      return act(request, admission, { id, action, by: 'organisation', reason: request.body.reason });
    });
  }

  for (const [action, operation] of DECISIONS) {
    route(app, services, operation, async (request, _reply, admission) => {
      admission.at('');
      return act(request, admission, {
        id: request.params.id ?? '',
        action,
        by: 'authority',
        reason: request.body.reason,
      });
    });
  }
}

/** Whose filings these are. */
function authorityOf({ config: { prefix, capabilities } }: Services): Prefix {
  if (prefix !== null && capabilities.has('governs')) return prefix;
  throw new KapokError('NOT_RESPONSIBLE', { message: 'This node reviews no filings; file with the node above' });
}

function readPlace(token: string | undefined) {
  if (token === undefined) return null;
  const [due, id] = decodePageToken(token, ['string', 'string']) as [string, string];
  if (
    /^(infinity|\d{4}-\d{2}-\d{2})$/.test(due) &&
    !Number.isNaN(Date.parse(due === 'infinity' ? '2000-01-01' : due)) &&
    isUuid(id)
  )
    return { due, id };
  throw new KapokError('BAD_REQUEST', { message: 'after must be what next of a page said', at: 'after' });
}
