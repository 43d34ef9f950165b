import type { Database, Queryable } from '../../../database/database.ts';
import type { Templates } from '../../templates.ts';
import type { Chunk } from '../chunk.ts';
import { importChunks } from '../import-chunks.ts';
import { readChunks } from '../read-chunks.ts';
import { readCsv } from '../read-csv.ts';
import { readNdjson } from '../read-ndjson.ts';
import type { ImportRights } from '../rights.ts';
import { type ImportFormat, type RowReader, type RowResult, START } from '../rows.ts';
import { ChunkStore } from '../store-chunk.ts';
import type { ImportJob, Progress } from './job.ts';
import { advanceJob } from './lease.ts';
import type { Spool } from './spool.ts';
import { writeWhole } from './write-whole.ts';

export const READERS: Readonly<Record<ImportFormat, RowReader>> = { ndjson: readNdjson, csv: readCsv };

export interface JobRunning {
  readonly database: Database;
  readonly spool: Spool;
  readonly templates: Templates;
  /** What whoever started the job may do at the moment. Throws when his credential is no longer good. */
  readonly rightsOf: (job: ImportJob) => Promise<ImportRights>;
  readonly now: () => Date;
  readonly onCommitted: () => void;
}

/**
 * Runs a job from where it stands to its end, until it is to be cancelled, or until `stop` says so; answers which of them it
 * was. Rows, the place in the file and the counts are committed together, so whoever goes on after a crash neither leaves a
 * row out nor stores one twice. Results are written before that commit, and nobody reads them further than it says.
 */
export async function runJob(
  job: ImportJob,
  { runner, stop, ...running }: JobRunning & { runner: string; stop: AbortSignal },
): Promise<'done' | 'cancelled' | 'stopped'> {
  const { database, spool, templates, now, rightsOf, onCommitted } = running;
  const { id, actor, overwrite, dryRun } = job;
  const results = await spool.openResults(id);
  // A dry run leaves nothing that it could go on from: it remembers in memory which names have come.
  let progress = dryRun ? BEGINNING : progressOf(job);
  let next = { progress, cancelling: job.cancelling };
  const beforeCommit = async (tx: Queryable, chunk: Chunk, rows: readonly RowResult[]) => {
    const text = Buffer.from(rows.map(encodeResult).join(''));
    await writeWhole(results, text, progress.resultBytes);
    const after = advance(progress, { chunk, rows, bytes: text.length });
    next = { progress: after, cancelling: await advanceJob(tx, { id, runner }, after) };
  };
  try {
    if (next.cancelling) return 'cancelled';
    const batches = READERS[job.format]((offset) => spool.read(id, offset), progress.position);
    const rights = () => rightsOf(job);
    const chunks = readChunks(batches, { database, templates, now, rights, from: progress.position });
    const store = new ChunkStore({ database, templates, overwrite, dryRun, actor, beforeCommit });
    for await (const _ of importChunks(chunks, store)) {
      progress = next.progress;
      onCommitted();
      if (next.cancelling) return 'cancelled';
      if (stop.aborted) return 'stopped';
    }
    await results.truncate(progress.resultBytes);
    await results.sync();
    return 'done';
  } finally {
    await results.close();
  }
}

const BEGINNING: Progress = { position: START, counts: { created: 0, replaced: 0, failed: 0 }, resultBytes: 0 };

function progressOf({ readBytes, readLines, created, replaced, failed, resultBytes }: ImportJob): Progress {
  return { position: { offset: readBytes, line: readLines }, counts: { created, replaced, failed }, resultBytes };
}

function advance(
  { counts, resultBytes }: Progress,
  { chunk, rows, bytes }: { chunk: Chunk; rows: readonly RowResult[]; bytes: number },
): Progress {
  const added = { ...counts };
  for (const { outcome } of rows) added[outcome]++;
  return { position: chunk.end, counts: added, resultBytes: resultBytes + bytes };
}

const NEW = ',"outcome":"created","version":1}\n';

/** A line of the file of results. Most are so: written by hand, they take a third of the time. */
function encodeResult(row: RowResult): string {
  const { line, identifier, outcome, version } = row;
  if (outcome === 'failed') return `${JSON.stringify(row)}\n`;
  const end = outcome === 'created' && version === 1 ? NEW : `,"outcome":"${outcome}","version":${version}}\n`;
  return `{"line":${line},"identifier":${JSON.stringify(identifier)}${end}`;
}
