import { randomUUID } from 'node:crypto';
import type { Database } from '../../../database/database.ts';
import type { Actor } from '../../../governance/audit/append-audit.ts';
import type { ImportFormat } from '../rows.ts';
import { START } from '../rows.ts';
import type { Endings } from './endings.ts';
import { type Following, followJob, onlyFailed, readResults } from './follow.ts';
import { Held, MAX_HELD_BYTES } from './held.ts';
import { hasEnded, type ImportJob } from './job.ts';
import { cancelJob, createJob, findJob, listJobs } from './jobs.ts';
import { READERS } from './run-job.ts';
import type { ImportRunner } from './runner.ts';
import { openServerFile } from './server-file.ts';
import type { Spool } from './spool.ts';

export interface ImportsOptions {
  readonly database: Database;
  readonly spool: Spool;
  readonly runner: Pick<ImportRunner, 'wake' | 'close'>;
  readonly endings: Endings;
  /** Bytes that one credential may have in the spool. */
  readonly maxHeld?: number;
}

/** What an import is to do, and for whom. */
export interface ImportOrder {
  readonly format: ImportFormat;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly subject: string | null;
  readonly scopes: readonly string[];
}

type Scopes = readonly string[];

/** The imports of a node: taken in, followed, cancelled. What runs them is the runner. */
export class Imports {
  readonly #options: ImportsOptions;
  readonly #held: Held;
  readonly #stop = new AbortController();

  constructor(options: ImportsOptions) {
    this.#options = options;
    this.#held = new Held(options.database, options.maxHeld ?? MAX_HELD_BYTES);
  }

  /** Takes a file in: it is kept, and will be imported whatever happens to this process. Throws what is wrong with its header. */
  accept(source: AsyncIterable<Buffer>, order: ImportOrder): Promise<ImportJob> {
    return this.#held.within(order.actor, source, (metered) => this.#take(metered, order));
  }

  async #take(source: AsyncIterable<Buffer>, order: ImportOrder): Promise<ImportJob> {
    const { database, spool, runner } = this.#options;
    const id = randomUUID();
    const size = await spool.receive(id, source);
    try {
      await this.#assertBegins(id, order.format);
      const job = await createJob(database, { ...order, id, size });
      runner.wake();
      return job;
    } catch (error) {
      await spool.remove(id);
      throw error;
    }
  }

  /** The same of a file in a folder of the node's machine. */
  async acceptFile(folder: string, name: string, order: ImportOrder): Promise<ImportJob> {
    const file = await openServerFile(folder, name);
    return this.accept(file.createReadStream(), order);
  }

  find(id: string, scopes: Scopes): Promise<ImportJob | null> {
    return findJob(this.#options.database, id, scopes);
  }

  list(scopes: Scopes): Promise<ImportJob[]> {
    return listJobs(this.#options.database, scopes);
  }

  /** Cancels it where it has not ended; answers how it is then. */
  async cancel(job: ImportJob, scopes: Scopes, by: Actor): Promise<ImportJob> {
    if (hasEnded(job)) return job;
    await cancelJob(this.#options.database, job.id, by);
    this.#options.runner.wake();
    const after = (await this.find(job.id, scopes)) ?? job;
    if (hasEnded(after)) await this.#options.spool.removeRows(job.id);
    return after;
  }

  follow(id: string, scopes: Scopes): AsyncGenerator<ImportJob | null> {
    return followJob(this.#following(id, scopes));
  }

  results(
    id: string,
    scopes: Scopes,
    { follow, failed }: { follow: boolean; failed: boolean },
  ): AsyncGenerator<Buffer> {
    const results = readResults(this.#options.spool, id, { ...this.#following(id, scopes), follow });
    return failed ? onlyFailed(results) : results;
  }

  /** Those who follow are sent away; the job under way is given back. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#options.runner.close();
  }

  #following(id: string, scopes: Scopes): Following {
    const stop = this.#stop.signal;
    const pause = (patience: number) => this.#options.endings.wait(id, { patience, stop });
    return { find: () => this.find(id, scopes), pause, stop };
  }

  /** A table without its header fails at once, not as a job. */
  async #assertBegins(id: string, format: ImportFormat): Promise<void> {
    const { spool } = this.#options;
    for await (const { rows, end } of READERS[format]((offset) => spool.read(id, offset), START)) {
      if (rows.length > 0 || end.offset > 0) return;
    }
  }
}
