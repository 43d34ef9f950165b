import { randomUUID } from 'node:crypto';
import { KapokError } from '../../../errors/kapok-error.ts';
import type { Endings } from './endings.ts';
import type { ImportJob, JobError, JobState } from './job.ts';
import { endedJobs, forgetJobs, unknownJobs } from './jobs.ts';
import { claimJob, endJob, LeaseLost, RENEW_EVERY, releaseJob, renewLease } from './lease.ts';
import { type JobRunning, runJob } from './run-job.ts';

/** How often a process looks for jobs that others took in or left, in milliseconds. */
const LOOK_EVERY = 2_000;
const CLEAN_EVERY = 3_600_000;
/** How long an import that has ended is kept, in milliseconds. */
export const KEPT_FOR = 7 * 86_400_000;

export interface RunnerOptions extends JobRunning {
  readonly endings: Endings;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/** Runs the imports of a node, one at a time in each of its processes; those that a dead process has left, too. */
export class ImportRunner {
  readonly #options: RunnerOptions;
  readonly #id = randomUUID();
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #working: Promise<void> | null = null;
  #again = false;
  #running = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  start(): void {
    this.#timers.push(setInterval(() => this.wake(), LOOK_EVERY));
    this.#timers.push(setInterval(() => void this.#clean(), CLEAN_EVERY));
    for (const timer of this.#timers) timer.unref();
    void this.#clean();
    this.wake();
  }

  /** There may be a job. */
  wake(): void {
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** The job under way stops after its chunk, and is given back. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { database, spool, log } = this.#options;
    try {
      while (this.#again && !this.#stop.signal.aborted) {
        this.#again = false;
        const ids = await spool.ids();
        const job = ids.length === 0 ? null : await claimJob(database, this.#id, ids);
        if (job === null) continue;
        await this.#run(job);
        this.#again = true;
      }
    } catch (err) {
      // A database that is down: the next look finds the jobs where they are.
      log.warn({ err }, 'imports cannot be looked after');
    }
  }

  async #run(job: ImportJob): Promise<void> {
    const { database, endings, log } = this.#options;
    const mine = { id: job.id, runner: this.#id };
    const renewing = setInterval(() => void renewLease(database, this.#id, job.id).catch(() => {}), RENEW_EVERY);
    this.#running = true;
    log.info({ import: job.id, from: job.readBytes, size: job.size }, 'import begins');
    try {
      const how = await runJob(job, { ...this.#options, runner: this.#id, stop: this.#stop.signal });
      if (how === 'stopped') await releaseJob(database, this.#id, job.id);
      else await this.#end(mine, { state: how, error: null });
      log.info({ import: job.id, how }, 'import ended');
    } catch (err) {
      if (err instanceof LeaseLost) return;
      // Not its fault: it goes on when its lease is over, here or elsewhere.
      if (err instanceof KapokError && err.code === 'DATABASE_UNAVAILABLE') throw err;
      log.error({ err, import: job.id }, 'import broke off');
      await this.#end(mine, { state: 'failed', error: errorOf(err) });
    } finally {
      clearInterval(renewing);
      this.#running = false;
      endings.tell(job.id);
    }
  }

  async #end(mine: { id: string; runner: string }, how: { state: JobState; error: JobError | null }): Promise<void> {
    const { database, spool } = this.#options;
    // Whoever has taken it over reads what was sent.
    if (await endJob(database, mine, how)) await spool.removeRows(mine.id);
  }

  async #clean(): Promise<void> {
    const { database, spool, now, log } = this.#options;
    const before = new Date(now().getTime() - KEPT_FOR);
    try {
      await forgetJobs(database, before);
      // Left by a process that died at that moment, or cancelled in one that does not share the folder.
      for (const id of await endedJobs(database, await spool.ids())) await spool.removeRows(id);
      for (const id of await unknownJobs(database, await spool.idsBefore(before))) await spool.remove(id);
    } catch (err) {
      log.warn({ err }, 'old imports cannot be removed');
    }
  }
}

function errorOf(error: unknown): JobError {
  const { code, message } = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
  return { code, message };
}
