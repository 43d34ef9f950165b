import type { Queryable } from '../database/database.ts';
import type { Caller } from './caller.ts';
import { callerOf } from './subject-caller.ts';
import { findCallerOfToken } from './tokens.ts';

const TOKEN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Someone who asked for work that goes on without him, with what he may do now; null when his token was revoked or has
 * expired.
 */
export async function recallCaller(
  database: Queryable,
  { id, subject }: Pick<Caller, 'id' | 'subject'>,
): Promise<Caller | null> {
  if (TOKEN_ID.test(id)) return findCallerOfToken(database, id);
  return subject === null ? { id, subject, grants: [], organisations: [] } : callerOf(database, subject);
}
