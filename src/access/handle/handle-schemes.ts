import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Scheme } from '../authenticator.ts';
import type { Caller } from '../caller.ts';
import { callerOf } from '../subject-caller.ts';
import { parseHandleAuthorization } from './authorization.ts';
import { parseBasic } from './basic.ts';
import { printChallenge } from './challenge.ts';
import { findSecretHolder, type KeyRecords, NOT_VERIFIED } from './prove-key.ts';
import { logInToSession } from './session-login.ts';

export interface HandleSchemeOptions {
  readonly database: Database;
  readonly keys: KeyRecords;
}

/** `Authorization: Handle …`: a session in which a key has been proven, or is by this very request. */
export function handleScheme(options: HandleSchemeOptions): Scheme {
  return {
    find({ headers: { authorization } }) {
      return isScheme(authorization, 'handle') ? findSessionCaller(options, authorization) : undefined;
    },
  };
}

/** `Authorization: Basic …`: a secret key itself. */
export function basicScheme({ database, keys }: HandleSchemeOptions): Scheme {
  const find = async (header: string) => {
    const credential = parseBasic(header);
    if (credential === null) return null;
    const subject = await findSecretHolder(keys, credential);
    if (subject === null) throw new KapokError('INVALID_CREDENTIAL', { message: NOT_VERIFIED });
    return callerOf(database, subject);
  };
  return {
    find({ headers: { authorization } }) {
      return isScheme(authorization, 'basic') ? find(authorization) : undefined;
    },
  };
}

async function findSessionCaller(options: HandleSchemeOptions, header: string): Promise<Caller | null> {
  const authorization = parseHandleAuthorization(header);
  if (authorization === null) return null;
  const { session, error } = await logInToSession(options, authorization);
  if (error === null && session !== null && session.subject !== null)
    return callerOf(options.database, session.subject);
  const message = error ?? 'No key has been proven in this session: sign its nonce';
  const challenge = printChallenge({ sessionId: session?.id, nonce: session?.nonce, error: message });
  throw new KapokError('INVALID_CREDENTIAL', { message, challenge });
}

function isScheme(header: string | string[] | undefined, name: string): header is string {
  return typeof header === 'string' && header.trimStart().split(/[ \t]/, 1)[0]?.toLowerCase() === name;
}
