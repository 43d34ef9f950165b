import type { Database } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Caller } from './caller.ts';
import { createToken, revokeToken } from './tokens.ts';

export interface Login {
  readonly id: string;
  readonly subject: string;
  readonly token: string;
  readonly expiresAt: Date;
}

const HOUR = 3_600_000;
/** A script that logs in for each call must not fill the table: the tokens that end first go. */
const MAX_TOKENS = 1_000;

const CLEAR = {
  name: 'clear_login_tokens',
  text: `delete from tokens where (scope, id) in (
      select scope, id from tokens where subject = $1 and expires_at <= now()
      union all
      (select scope, id from tokens where subject = $1 and expires_at > now() order by expires_at desc offset $2))`,
};

/** A token for whoever has proven a key, or is known to an issuer. Throws FORBIDDEN for a credential that is a token already. */
export async function logIn(
  database: Database,
  caller: Caller,
  { hours, now }: { hours: number; now: number },
): Promise<Login> {
  const { subject } = caller;
  if (subject === null || isToken(caller) || subject.startsWith('node:')) {
    const message = 'A login takes a proof of a key, a secret key or an OpenID Connect token';
    throw new KapokError('FORBIDDEN', { message });
  }
  const expiresAt = new Date(now + hours * HOUR);
  return database.transaction(async (tx) => {
    await tx.query(CLEAR, [subject, MAX_TOKENS - 1]);
    return { ...(await createToken(tx, { subject, label: 'login', expiresAt, by: caller })), subject, expiresAt };
  });
}

/** Takes back the token by which a caller is known. Throws FORBIDDEN for another credential, and for a token of an operator's making. */
export async function logOut(database: Database, caller: Caller): Promise<void> {
  if (caller.subject === null || !isToken(caller)) {
    throw new KapokError('FORBIDDEN', { message: 'Only a token that a login gave can end itself' });
  }
  await database.transaction((tx) => revokeToken(tx, caller.id, caller));
}

/** Whoever is known by a token is named by its number. */
function isToken({ id, subject }: Caller): boolean {
  return id !== subject;
}
