import type { Database, Queryable } from '../../../database/database.ts';
import { appendAudit } from '../../../governance/audit/append-audit.ts';
import { auditOfJob } from './audit-of-job.ts';
import { type ImportJob, JOB_COLUMNS, type JobError, type JobRow, type JobState, type Progress } from './job.ts';

/** A process that has not renewed its lease for this long, in seconds, is taken for dead. */
const LEASE = 10;
/** How often it is renewed, in milliseconds. */
export const RENEW_EVERY = 3_000;

const UNTIL = `now() + interval '${LEASE} seconds'`;
const MINE = `id = $1 and runner = $2 and state = 'running'`;

/** Another process has taken the job over: nothing more may be done to it here. */
export class LeaseLost extends Error {}

/** The oldest of these jobs that waits, or whose process is dead; from here on it is this runner's. */
export async function claimJob(database: Queryable, runner: string, ids: readonly string[]): Promise<ImportJob | null> {
  const text = `update import_jobs set state = 'running', runner = $1, lease_until = ${UNTIL}, started_at = coalesce(started_at, now())
    where id = (select id from import_jobs
      where (state = 'queued' or (state = 'running' and lease_until < now())) and id = any($2::uuid[])
      order by created_at, id limit 1 for update skip locked)
    returning ${JOB_COLUMNS}`;
  const [job] = await database.query<JobRow>(text, [runner, ids]);
  return job ?? null;
}

export async function renewLease(database: Queryable, runner: string, id: string): Promise<void> {
  await database.query(`update import_jobs set lease_until = ${UNTIL} where ${MINE}`, [id, runner]);
}

const ADVANCE = {
  name: 'advance_import_job',
  text: `update import_jobs set lease_until = ${UNTIL}, read_bytes = $3, read_lines = $4, created = $5, replaced = $6,
      failed = $7, result_bytes = $8 where ${MINE} returning cancelling`,
};

/** Moves a job on, in the transaction of its rows; answers whether it is to be cancelled. Throws LeaseLost. */
export async function advanceJob(
  tx: Queryable,
  { id, runner }: { id: string; runner: string },
  { position, counts, resultBytes }: Progress,
): Promise<boolean> {
  const { created, replaced, failed } = counts;
  const values = [id, runner, position.offset, position.line, created, replaced, failed, resultBytes];
  const [row] = await tx.query<{ cancelling: boolean }>(ADVANCE, values);
  if (row === undefined) throw new LeaseLost();
  return row.cancelling;
}

/** Answers whether it was still this runner's to end. */
export function endJob(
  database: Database,
  { id, runner }: { id: string; runner: string },
  { state, error }: { state: JobState; error: JobError | null },
): Promise<boolean> {
  const text = `update import_jobs set state = $3, error = $4, ended_at = now(), runner = null, lease_until = null
    where ${MINE} returning ${JOB_COLUMNS}`;
  return database.transaction(async (tx) => {
    const values = [id, runner, state, error === null ? null : JSON.stringify(error)];
    const [ended] = await tx.query<JobRow>(text, values);
    if (ended === undefined) return false;
    const { created, replaced, failed } = ended;
    const after = { state, error: error?.code ?? null, created, replaced, failed };
    await appendAudit(tx, { ...auditOfJob(ended, 'import.end'), after });
    return true;
  });
}

/** Gives a job back, to be gone on with by whoever comes first. */
export async function releaseJob(database: Queryable, runner: string, id: string): Promise<void> {
  await database.query(`update import_jobs set state = 'queued', runner = null, lease_until = null where ${MINE}`, [
    id,
    runner,
  ]);
}
