import { type Static, Type } from 'typebox';
import { operation } from '../operation.ts';
import { envelopeOf, SNMS_TAG as tag } from './envelope.ts';

/** Who logs in: a key with a secret, `301:88.101.5/ERP`; with a token in place of the password any name. */
export const SnmsLogin = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 50 }),
  password: Type.String({ minLength: 1, maxLength: 64 }),
});
export type SnmsLogin = Static<typeof SnmsLogin>;

export const SnmsToken = envelopeOf(Type.Object({ token: Type.String() }));

const answers = { 200: { text: 'A token for Authorization: Bearer', schema: SnmsToken } };

export const snmsLogIn = operation({
  id: 'snmsLogIn',
  method: 'POST',
  path: '/identity/token',
  permission: 'public',
  tag,
  summary: 'Log in with a password',
  body: SnmsLogin,
  answers,
});

export const snmsLogInDated = operation({
  id: 'snmsLogInDated',
  method: 'POST',
  path: '/identity/token/v1',
  permission: 'public',
  tag,
  summary: 'Log in with the hash of the password and the day',
  body: SnmsLogin,
  answers,
});
