import { Type } from 'typebox';
import { type Operation, operation } from './operation.ts';
import {
  MadeOrganisation,
  Organisation,
  OrganisationData,
  OrganisationPatch,
  OrganisationReason,
  OrganisationState,
  OrganisationSummary,
} from './organisation-data.ts';
import { parameter } from './parameters.ts';

const tag = 'Organisations';
const path = '/api/v1/organisations';

export const createOrganisation = operation({
  id: 'createOrganisation',
  method: 'POST',
  path,
  permission: 'public',
  tag,
  summary: 'Draft an organisation; the caller speaks for it from then on',
  body: OrganisationData,
  answers: { 201: { text: 'The draft', schema: MadeOrganisation } },
});

export const listOrganisations = operation({
  id: 'listOrganisations',
  method: 'GET',
  path,
  permission: 'filings.review',
  tag,
  summary: "One's own organisations, or all of them for who reviews: those that wait for the longest time first",
  query: {
    state: { text: 'In this state alone', schema: OrganisationState },
    name: parameter.word('With this in the name'),
    after: parameter.word('What `next` of the page before said'),
    limit: parameter.whole('Organisations a page', 200),
  },
  answers: {
    200: {
      text: 'A page',
      schema: Type.Object({
        organisations: Type.Array(OrganisationSummary),
        next: Type.Union([Type.String(), Type.Null()]),
      }),
    },
  },
});

export const getOrganisation = operation({
  id: 'getOrganisation',
  method: 'GET',
  path: `${path}/{id}`,
  permission: 'filings.review',
  tag,
  summary: 'One organisation; whole numbers for who reviews, which the audit log records',
  answers: { 200: { text: 'The organisation', schema: Organisation } },
});

const ifMatch = { 'if-match': parameter.word('Only when the organisation has this version, as ETag gives it') };

export const editOrganisation = operation({
  id: 'editOrganisation',
  method: 'PATCH',
  path: `${path}/{id}`,
  permission: 'filings.apply',
  tag,
  summary: 'Change what is named: of a draft at once, of a verified organisation as a change that is checked',
  body: OrganisationPatch,
  headers: ifMatch,
  answers: { 200: { text: 'The organisation', schema: Organisation } },
});

/** `POST /api/v1/organisations/{id}/ACTION`. */
function action<const Id extends string, const P extends Operation['permission']>(
  id: Id,
  permission: P,
  summary: string,
) {
  return operation({
    id: `${id}Organisation`,
    method: 'POST',
    path: `${path}/{id}/${id}`,
    permission,
    tag,
    summary,
    body: OrganisationReason,
    headers: ifMatch,
    answers: { 200: { text: 'The organisation', schema: Organisation } },
  });
}

export const submitOrganisation = action('submit', 'filings.apply', 'Ask for the check of a draft, or of a change');
export const discardOrganisation = action('discard', 'filings.apply', 'Give up a change; what is in force stays');
export const withdrawOrganisation = action('withdraw', 'filings.apply', 'Give up the organisation for ever');
export const verifyOrganisation = action('verify', 'filings.review', 'Find that it is what it says');
export const refuseOrganisation = action('refuse', 'filings.review', 'Find that it is not, and say why');
export const suspendOrganisation = action('suspend', 'filings.review', 'Suspend a verified organisation, and say why');
export const resumeOrganisation = action('resume', 'filings.review', 'Put a suspended organisation in force again');
