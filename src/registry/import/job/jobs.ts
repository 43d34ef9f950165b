import type { Database, Queryable } from '../../../database/database.ts';
import { type Actor, appendAudit } from '../../../governance/audit/append-audit.ts';
import type { ImportFormat } from '../rows.ts';
import { auditOfJob } from './audit-of-job.ts';
import { type ImportJob, JOB_COLUMNS, type JobRow } from './job.ts';

/** Jobs a listing shows, the newest first. */
const MOST_LISTED = 200;

/** Whether whoever can register in the scopes $1 can do so in all scopes of a job. */
const WITHIN = `not exists (select from unnest(scopes) as own where not exists (
  select from unnest($1::text[]) as s where s = '' or own = s or starts_with(own, s || '.')))`;

export interface NewJob {
  readonly id: string;
  readonly format: ImportFormat;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly subject: string | null;
  readonly scopes: readonly string[];
  readonly size: number;
}

export function createJob(database: Database, job: NewJob): Promise<ImportJob> {
  const text = `insert into import_jobs (id, format, overwrite, dry_run, actor, subject, scopes, size)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${JOB_COLUMNS}`;
  const { id, format, overwrite, dryRun, actor, subject, scopes, size } = job;
  return database.transaction(async (tx) => {
    const [made] = await tx.query<JobRow>(text, [id, format, overwrite, dryRun, actor, subject, scopes, size]);
    if (made === undefined) throw new Error('No job was stored');
    await appendAudit(tx, { ...auditOfJob(made, 'import.start'), after: { format, overwrite, dryRun, size, scopes } });
    return made;
  });
}

/** The job, when it is within these scopes. */
export async function findJob(database: Queryable, id: string, scopes: readonly string[]): Promise<ImportJob | null> {
  const text = `select ${JOB_COLUMNS} from import_jobs where id = $2 and ${WITHIN}`;
  const [job] = await database.query<JobRow>({ name: 'find_import_job', text }, [scopes, id]);
  return job ?? null;
}

export function listJobs(database: Queryable, scopes: readonly string[]): Promise<ImportJob[]> {
  const text = `select ${JOB_COLUMNS} from import_jobs where ${WITHIN} order by created_at desc, id limit ${MOST_LISTED}`;
  return database.query<JobRow>(text, [scopes]);
}

/** A job that waits ends at once; one that runs does after its chunk. What has ended stays as it is. */
export function cancelJob(database: Database, id: string, by: Actor): Promise<void> {
  const text = `update import_jobs set cancelling = true,
      state = case when state = 'queued' then 'cancelled' else state end,
      ended_at = case when state = 'queued' then now() end
    where id = $1 and state in ('queued', 'running') returning ${JOB_COLUMNS}`;
  return database.transaction(async (tx) => {
    const [job] = await tx.query<JobRow>(text, [id]);
    if (job !== undefined) await appendAudit(tx, { ...auditOfJob(job, 'import.cancel'), actor: by });
  });
}

/** Forgets jobs that ended before a moment. */
export async function forgetJobs(database: Queryable, endedBefore: Date): Promise<void> {
  await database.query('delete from import_jobs where ended_at < $1', [endedBefore]);
}

/** Bytes on the disk for the sake of one credential: of files that have not been imported, and of results. */
export async function heldBytes(database: Queryable, actor: string): Promise<number> {
  const text = `select coalesce(sum(result_bytes + case when state in ('queued', 'running') then size else 0 end), 0)::bigint as held
    from import_jobs where actor = $1`;
  const [row] = await database.query<{ held: number }>(text, [actor]);
  return row?.held ?? 0;
}

/** Which of these have ended. */
export async function endedJobs(database: Queryable, ids: readonly string[]): Promise<string[]> {
  const text = `select id from import_jobs where id = any($1::uuid[]) and state not in ('queued', 'running')`;
  return (await database.query<{ id: string }>(text, [ids])).map(({ id }) => id);
}

/** Which of these no job has. */
export async function unknownJobs(database: Queryable, ids: readonly string[]): Promise<string[]> {
  const text = `select id from unnest($1::uuid[]) as given(id) where not exists (select from import_jobs j where j.id = given.id)`;
  return (await database.query<{ id: string }>(text, [ids])).map(({ id }) => id);
}
