import type { Queryable } from '../database/database.ts';
import type { Caller } from './caller.ts';
import { rightsOf } from './rights.ts';

/** Who is known by a subject: history names it, and it has what it was granted. */
export async function callerOf(database: Queryable, subject: string): Promise<Caller> {
  return { id: subject, subject, ...(await rightsOf(database, subject)) };
}
