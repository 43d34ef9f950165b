import type { Queryable } from '../database/database.ts';
import type { Scheme } from './authenticator.ts';
import { findTokenCaller } from './tokens.ts';

/** `Authorization: Bearer kapok_…` (RFC 6750 §2.1). */
export function bearerScheme(database: Queryable): Scheme {
  return {
    find({ headers: { authorization } }) {
      const [, token] = typeof authorization === 'string' ? (/^Bearer +(kapok_\S*)$/i.exec(authorization) ?? []) : [];
      return token === undefined ? undefined : findTokenCaller(database, token);
    },
  };
}
