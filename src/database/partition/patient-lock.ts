import { setTimeout } from 'node:timers/promises';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable } from '../database.ts';
import { lockMigrations } from '../migrate.ts';

/** How long one attempt may keep the node's statements waiting behind it, in milliseconds. */
export const MAX_ATTEMPT = 200;
/** Between two attempts, in milliseconds: first, and at most. */
const PAUSES = { first: 100, most: 2_000 };
/** Some ten minutes. */
const ATTEMPTS = 300;

export interface Locking {
  /** In the order in which others lock them: a view before the tables that it reads. */
  readonly relations: readonly string[];
  /** The table that is to be altered. */
  readonly table: string;
  readonly mode: 'share row exclusive' | 'access exclusive';
  readonly attempts?: number;
  /** Called after each attempt that was given up. */
  readonly onRefused?: ((attempt: number) => void) | undefined;
}

/**
 * Runs `work` in a transaction that holds the locks, and in which no migration begins. They are asked for again and again, each
 * time for a moment only: whoever waits for such a lock keeps all who come later waiting, too. An attempt ends before PostgreSQL
 * looks for deadlocks, so no statement of a node is ever chosen to end one. What `prepare` reads of the table's shape stays
 * as it is: it runs while nobody can alter the table, and keeps nobody waiting who reads or writes it.
 */
export function withLocks<T, P = void>(
  database: Database,
  { prepare, ...locking }: Locking & { readonly prepare?: (tx: Queryable) => Promise<P> },
  work: (tx: Queryable, prepared: P) => Promise<T>,
): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query('set local statement_timeout = 0');
    // An autovacuum gives way to this one within a second; to the short attempts it would not.
    await tx.query(`lock table ${locking.table} in share update exclusive mode`);
    const prepared = (await prepare?.(tx)) as P;
    await tx.query(`set local lock_timeout = ${await attemptTime(tx)}`);
    await lock(tx, locking);
    return work(tx, prepared);
  });
}

async function lock(tx: Queryable, { relations, table, mode, attempts = ATTEMPTS, onRefused }: Locking): Promise<void> {
  let pause = PAUSES.first;
  for (let attempt = 1; ; attempt++) {
    await tx.query('savepoint attempt');
    try {
      await lockMigrations(tx);
      for (const relation of relations) await tx.query(`lock table ${relation} in ${mode} mode`);
      await tx.query('release savepoint attempt');
      return;
    } catch (cause) {
      if (!isLockTimeout(cause)) throw cause;
      await tx.query('rollback to savepoint attempt');
      onRefused?.(attempt);
      if (attempt >= attempts) throw await givenUp(tx, { table, attempt, cause });
    }
    await setTimeout(pause);
    pause = Math.min(PAUSES.most, 2 * pause);
  }
}

/** In milliseconds: half of the time after which somebody who waits looks for deadlocks, or less. */
export async function attemptTime(tx: Queryable): Promise<number> {
  const text = `select setting::int as time from pg_settings where name = 'deadlock_timeout'`;
  const [row] = await tx.query<{ time: number }>(text);
  return Math.max(1, Math.min(MAX_ATTEMPT, Math.floor((row?.time ?? 1_000) / 2)));
}

/** SQLSTATE 55P03 (lock_not_available): the time for a lock was over. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

async function givenUp(
  tx: Queryable,
  { table, attempt, cause }: { table: string; attempt: number; cause: unknown },
): Promise<KapokError> {
  const text = `select l.pid, coalesce(a.application_name, '') as name, a.xact_start::text as since
    from pg_locks l left join pg_stat_activity a using (pid)
    where l.relation = $1::regclass and l.granted and l.pid <> pg_backend_pid() order by a.xact_start limit 1`;
  const [holder] = await tx.query<{ pid: number; name: string; since: string | null }>(text, [table]);
  const who = holder
    ? `process ${holder.pid} of the server ("${holder.name}") has used it since ${holder.since ?? 'a time that is not shown'}`
    : 'it was always in use';
  const message = `The table ${table} could not be locked in ${attempt} attempts: ${who}. Nothing is lost; the same command goes on from here`;
  return new KapokError('DATABASE_UNAVAILABLE', { message, cause });
}
