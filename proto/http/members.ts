import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const tag = 'Organisations';
const path = '/api/v1/organisations/{id}/members';

const subject = Type.String({ minLength: 1, maxLength: 2300 });
/** Who speaks for an organisation: a key, `INDEX:PREFIX/name`, or an account, `oidc:ISSUER#SUB`. */
export const NewMember = Type.Object({ subject }, { additionalProperties: false });
export type NewMember = Static<typeof NewMember>;

export const Member = Type.Object({ subject, since: Type.String() });
export type Member = Static<typeof Member>;

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: path,
  permission: 'filings.review',
  tag,
  summary: 'Who speaks for an organisation',
  answers: { 200: { text: 'By subject', schema: Type.Object({ members: Type.Array(Member) }) } },
});

export const addMember = operation({
  id: 'addMember',
  method: 'POST',
  path: path,
  permission: 'filings.apply',
  tag,
  summary: 'Let a key or an account speak for a verified organisation',
  body: NewMember,
  answers: { 201: { text: 'A member', schema: Member }, 200: { text: 'A member already', schema: Member } },
});

export const removeMember = operation({
  id: 'removeMember',
  method: 'DELETE',
  path: path,
  permission: 'filings.apply',
  tag,
  summary: 'Let somebody no longer speak for an organisation',
  query: { subject: { ...parameter.word('Whom'), required: true } },
  answers: {
    200: { text: 'Removed', schema: Type.Object({ subject: Type.String(), removed: Type.Literal(true) }) },
  },
});
