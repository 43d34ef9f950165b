import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { actOnFiling } from './act-on-filing.ts';
import { dayOf } from './working-days.ts';

const BATCH = 100;

/** Accepted filings whose year is over, and which nobody has confirmed, become overdue. Answers how many. */
export async function lapseFilings(database: Database, now: Date): Promise<number> {
  const text = `select id, version from filings where state in ('accepted', 'changing') and confirmed_until < $1 order by confirmed_until limit ${BATCH}`;
  const step = { action: 'lapse', by: 'system', actor: SYSTEM, now, authority: null } as const;
  let count = 0;
  for (;;) {
    const rows = await database.query<{ id: string; version: number }>({ name: 'filings_to_lapse', text }, [
      dayOf(now),
    ]);
    for (const { id, version } of rows) {
      try {
        await actOnFiling(database, { ...step, id, versions: [version] });
        count++;
      } catch (error) {
        // Confirmed, suspended or lapsed by another process meanwhile.
        if (!(error instanceof KapokError) || error.code !== 'VERSION_MISMATCH') throw error;
      }
    }
    if (rows.length < BATCH) return count;
  }
}
