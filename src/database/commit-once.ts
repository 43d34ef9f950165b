import { setTimeout } from 'node:timers/promises';
import { KapokError } from '../errors/kapok-error.ts';
import type { Connection, Database, Queryable } from './database.ts';
import { isRetryable } from './errors.ts';

/** A database server that restarts after a crash is back within seconds: 40 tries, 0.5 s apart. */
const TRIES = 40;
const PAUSE = 500;

interface Unanswered<T> {
  readonly number: string;
  readonly value: T;
}

type Work<T> = (tx: Queryable, connection: Connection) => Promise<T>;

/**
 * Runs `work` in a transaction again and again until one is committed, and never in two. A connection that breaks at the
 * commit leaves it open whether the transaction is in: the server is asked by its number before another one begins.
 */
export async function commitOnce<T>(database: Database, work: Work<T>): Promise<T> {
  // What stands if the transaction whose commit was not answered is in.
  let unanswered = null as Unanswered<T> | null;
  for (let attempt = 1; ; attempt++) {
    try {
      if (unanswered !== null && (await isCommitted(database, unanswered.number))) return unanswered.value;
      unanswered = null;
      return await database.transaction(async (tx, connection) => {
        const value = await work(tx, connection);
        const [row] = await tx.query<{ number: string }>('select pg_current_xact_id()::text as number');
        unanswered = { number: row?.number ?? '', value };
        return value;
      });
    } catch (error) {
      const down = error instanceof KapokError && error.code === 'DATABASE_UNAVAILABLE';
      if (attempt === TRIES || !(down || isRetryable(error))) throw error;
      if (down) await setTimeout(PAUSE);
    }
  }
}

/** Whether a transaction is in; waits for one that the server has not given up yet. */
async function isCommitted(database: Database, number: string): Promise<boolean> {
  // A number that a server has yet to give out was lost in a crash, and its transaction with it: to ask for it would fail.
  const text = `select case when $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status($1::xid8) end as status`;
  for (let attempt = 1; ; attempt++) {
    const [row] = await database.query<{ status: string | null }>(text, [number]);
    if (row?.status !== 'in progress') return row?.status === 'committed';
    if (attempt === TRIES) throw new KapokError('DATABASE_UNAVAILABLE');
    await setTimeout(PAUSE);
  }
}
