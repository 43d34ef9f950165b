import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { Role } from './roles.ts';

/** `POST /api/v1/tokens`. */
export const NewToken = Type.Object(
  {
    /** The prefix whose subtree the token is for; "" is the whole node. */
    scope: Type.String({ maxLength: 64 }),
    /** What its bearer may do there; registrant when absent. */
    role: Type.Optional(Role),
    label: Type.String({ minLength: 1, maxLength: 255 }),
    /** Days until it expires; absent: never. */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  { additionalProperties: false },
);
export type NewToken = Static<typeof NewToken>;

/** A token just made: shown once. */
export const MadeToken = Type.Object({
  id: Type.String(),
  scope: Type.String(),
  role: Role,
  label: Type.String(),
  token: Type.String(),
});
export type MadeToken = Static<typeof MadeToken>;

const moment = Type.Union([Type.String(), Type.Null()]);

export const TokenInfo = Type.Object({
  id: Type.String(),
  scope: Type.String(),
  /** Null: the token carries the grants of its subject. */
  role: Type.Union([Role, Type.Null()]),
  subject: Type.Union([Type.String(), Type.Null()]),
  label: Type.String(),
  createdAt: Type.String(),
  expiresAt: moment,
  revokedAt: moment,
  /** To the minute. */
  lastUsedAt: moment,
});
export type TokenInfo = Static<typeof TokenInfo>;

const tag = 'Access';

export const createToken = operation({
  id: 'createToken',
  method: 'POST',
  path: '/api/v1/tokens',
  permission: 'access.manage',
  tag,
  summary: 'Make a bearer token for a role in a prefix subtree',
  body: NewToken,
  answers: { 201: { text: 'The token, shown once', schema: MadeToken } },
});

export const listTokens = operation({
  id: 'listTokens',
  method: 'GET',
  path: '/api/v1/tokens',
  permission: 'access.manage',
  tag,
  summary: 'The tokens in the scopes that the caller manages',
  answers: { 200: { text: 'The oldest first', schema: Type.Object({ tokens: Type.Array(TokenInfo) }) } },
});

export const revokeToken = operation({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/api/v1/tokens/{id}',
  permission: 'access.manage',
  tag,
  summary: 'Revoke a token',
  answers: {
    200: { text: 'Revoked', schema: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }) },
  },
});
