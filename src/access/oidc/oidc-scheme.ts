import type { Database } from '../../database/database.ts';
import type { Scheme } from '../authenticator.ts';
import { callerOf } from '../subject-caller.ts';
import { isJwt, type TokenVerifier } from './token-verifier.ts';

/** `Authorization: Bearer …` with an access token of an OpenID Connect issuer. */
export function oidcScheme(database: Database, verifier: TokenVerifier): Scheme {
  return {
    find({ headers: { authorization } }) {
      const [, token] = typeof authorization === 'string' ? (/^Bearer +(\S+)$/i.exec(authorization) ?? []) : [];
      if (token === undefined || !isJwt(token)) return undefined;
      return verifier.verify(token).then(({ subject }) => callerOf(database, subject));
    },
  };
}
