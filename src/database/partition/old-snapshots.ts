import { setTimeout } from 'node:timers/promises';
import type { Database } from '../database.ts';

const LOOK_EVERY = 200;

/**
 * Waits for all transactions that may still look at the database as it was before this moment. What was copied is not there for
 * them, and after the exchange of the names they would take it for rows that do not exist: a deposit reads for hours in one snapshot.
 */
export async function waitForOldSnapshots(database: Database, onWait?: (transactions: number) => void): Promise<void> {
  const [mark] = await database.query<{ xid: string }>('select pg_current_xact_id()::xid::text as xid');
  const text = `select count(*)::int as old from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type is distinct from 'autovacuum worker'
      and backend_xmin is not null and age(backend_xmin) > age($1::text::xid)`;
  for (;;) {
    const [row] = await database.query<{ old: number }>(text, [mark?.xid]);
    if (row?.old === 0) return;
    onWait?.(row?.old ?? 0);
    await setTimeout(LOOK_EVERY);
  }
}
