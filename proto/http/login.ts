import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

/** `POST /api/v1/login`; it may be left out. */
export const NewLogin = Type.Object(
  {
    /** Hours until the token expires; 12 when absent. */
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 })),
  },
  { additionalProperties: false },
);
export type NewLogin = Static<typeof NewLogin>;

/** A token that speaks for a subject: it has what that was granted, now and later. */
export const MadeLogin = Type.Object({
  id: Type.String(),
  subject: Type.String(),
  token: Type.String(),
  /** RFC 3339, UTC. */
  expiresAt: Type.String(),
});
export type MadeLogin = Static<typeof MadeLogin>;

const tag = 'Access';
const path = '/api/v1/login';

export const logIn = operation({
  id: 'logIn',
  method: 'POST',
  path,
  permission: 'public',
  tag,
  summary: 'Get a short-lived token in exchange for a proof of a key, a secret key, or an OpenID Connect token',
  body: Type.Union([NewLogin, Type.Null()]),
  answers: { 201: { text: 'The token, shown once', schema: MadeLogin } },
});

export const logOut = operation({
  id: 'logOut',
  method: 'DELETE',
  path,
  permission: 'public',
  tag,
  summary: 'Revoke the token that this request carries',
  answers: {
    200: { text: 'Revoked', schema: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }) },
  },
});
