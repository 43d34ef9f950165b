import { importChunks } from './import-chunks.ts';
import { type Preparing, readChunks } from './read-chunks.ts';
import { type RawRow, type RowBatch, type RowResult, START } from './rows.ts';
import { ChunkStore } from './store-chunk.ts';

export interface BatchImport extends Preparing {
  readonly overwrite: boolean;
  readonly actor: string;
}

/** Stores rows that fit in memory, in one transaction or few; answers what became of each. */
export async function importBatch(rows: readonly RawRow[], options: BatchImport): Promise<RowResult[]> {
  const chunks = readChunks(once({ rows, end: START }), { ...options, from: START });
  const all: RowResult[] = [];
  for await (const { results } of importChunks(chunks, new ChunkStore({ ...options, dryRun: false }))) {
    for (const result of results) all.push(result);
  }
  return all;
}

async function* once(batch: RowBatch): AsyncGenerator<RowBatch> {
  yield batch;
}
