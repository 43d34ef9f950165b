import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { Role } from './roles.ts';

/** `POST /api/v1/grants`. */
export const NewGrant = Type.Object(
  {
    /** `300:PREFIX/name` (a key of a record), `oidc:ISSUER#SUB`, `node:THUMBPRINT`, or `org:UUID`. */
    subject: Type.String({ minLength: 1, maxLength: 2300 }),
    role: Role,
    /** The prefix whose subtree the grant is for; "" is the whole node. */
    scope: Type.String({ maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type NewGrant = Static<typeof NewGrant>;

export const GrantInfo = Type.Object({
  id: Type.String(),
  subject: Type.String(),
  role: Role,
  scope: Type.String(),
  createdAt: Type.String(),
});
export type GrantInfo = Static<typeof GrantInfo>;

const tag = 'Access';

export const createGrant = operation({
  id: 'createGrant',
  method: 'POST',
  path: '/api/v1/grants',
  permission: 'access.manage',
  tag,
  summary: 'Give a key, an OpenID subject or a node a role in a prefix subtree',
  body: NewGrant,
  answers: { 201: { text: 'Given', schema: GrantInfo }, 200: { text: 'It had it already', schema: GrantInfo } },
});

export const listGrants = operation({
  id: 'listGrants',
  method: 'GET',
  path: '/api/v1/grants',
  permission: 'access.manage',
  tag,
  summary: 'The grants in the scopes that the caller manages',
  answers: { 200: { text: 'By subject', schema: Type.Object({ grants: Type.Array(GrantInfo) }) } },
});

export const revokeGrant = operation({
  id: 'revokeGrant',
  method: 'DELETE',
  path: '/api/v1/grants/{id}',
  permission: 'access.manage',
  tag,
  summary: 'Take a grant back',
  answers: { 200: { text: 'Taken back', schema: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }) } },
});
