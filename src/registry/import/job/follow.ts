import { KapokError } from '../../../errors/kapok-error.ts';
import { hasEnded, type ImportJob } from './job.ts';
import type { Spool } from './spool.ts';

/** How often a job is looked at for those who follow it, in milliseconds. */
const LOOK_EVERY = 250;
const PIECE = 64 * 1024;

export interface Following {
  /** The job as it is now; null when it is gone. */
  readonly find: () => Promise<ImportJob | null>;
  /** Resolves after so many milliseconds, or at the end of the job. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** The node stops: what follows ends. */
  readonly stop: AbortSignal;
}

/** The job, now and each time that something about it has changed, until it has ended. `null`: nothing new for 15 s. */
export async function* followJob({ find, pause, stop }: Following): AsyncGenerator<ImportJob | null> {
  let last = '';
  let quiet = 0;
  while (!stop.aborted) {
    const job = await find().catch(awayIfUnavailable);
    if (job === null) return;
    const text = job === AWAY ? last : JSON.stringify(job);
    if (job !== AWAY) {
      if (text !== last) yield job;
      if (hasEnded(job)) return;
    }
    quiet = text === last ? quiet + LOOK_EVERY : 0;
    if (quiet >= 15_000) {
      yield null;
      quiet = 0;
    }
    last = text;
    await pause(LOOK_EVERY);
  }
}

/** The database is away: the job waits for it, and so do those who follow. */
const AWAY = 'away';

function awayIfUnavailable(error: unknown): typeof AWAY {
  if (error instanceof KapokError && error.code === 'DATABASE_UNAVAILABLE') return AWAY;
  throw error;
}

/** The results that are committed, line by line as they are in the file; with `follow` those to come as well. */
export async function* readResults(
  spool: Spool,
  id: string,
  { follow, ...following }: Following & { follow: boolean },
): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const job of followJob(following)) {
    if (job === null) continue;
    const file = job.resultBytes > at ? await spool.readResults(id) : null;
    try {
      while (file !== null && at < job.resultBytes) {
        const piece = Buffer.allocUnsafe(Math.min(PIECE, job.resultBytes - at));
        const { bytesRead } = await file.read(piece, 0, piece.length, at);
        if (bytesRead === 0) break;
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await file?.close();
    }
    if (!follow) return;
  }
}

/** Only the lines of rows that failed. A quote inside a text is escaped, so these bytes stand nowhere else. */
export async function* onlyFailed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const mark = '"outcome":"failed"';
  let held = '';
  // As bytes in latin1, so that a character which is cut between two pieces stays whole.
  for await (const piece of pieces) {
    const lines = (held + piece.toString('latin1')).split('\n');
    held = lines.pop() ?? '';
    const failed = lines.filter((line) => line.includes(mark));
    if (failed.length > 0) yield Buffer.from(`${failed.join('\n')}\n`, 'latin1');
  }
}
