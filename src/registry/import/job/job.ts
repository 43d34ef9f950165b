import { utc } from '../../../database/utc.ts';
import type { ImportFormat, Position } from '../rows.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** Rows by what became of them. */
export interface Counts {
  readonly created: number;
  readonly replaced: number;
  readonly failed: number;
}

/** Why a job could not go on. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** An import, as those see it who may. */
export interface ImportJob extends Counts {
  readonly id: string;
  readonly state: JobState;
  readonly format: ImportFormat;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly subject: string | null;
  /** Bytes of the file, and of it those whose rows are committed. */
  readonly size: number;
  readonly readBytes: number;
  readonly readLines: number;
  /** Bytes of the results that are true. */
  readonly resultBytes: number;
  readonly cancelling: boolean;
  readonly error: JobError | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export type JobRow = ImportJob & Record<string, unknown>;

/** Columns of `import_jobs` that make an ImportJob. */
export const JOB_COLUMNS = `id, state, format, overwrite, dry_run as "dryRun", actor, subject, size, read_bytes as "readBytes",
  read_lines as "readLines", created, replaced, failed, result_bytes as "resultBytes", cancelling, error,
  ${utc('created_at', 'createdAt')}, ${utc('started_at', 'startedAt')}, ${utc('ended_at', 'endedAt')}`;

/** How far a job is. */
export interface Progress {
  readonly position: Position;
  readonly counts: Counts;
  readonly resultBytes: number;
}

export function hasEnded({ state }: ImportJob): boolean {
  return state !== 'queued' && state !== 'running';
}
