import type { Database } from '../../database/database.ts';
import { TemplateFiller } from '../fill-template.ts';
import type { Templates } from '../templates.ts';
import { Chunk } from './chunk.ts';
import { PlainNames } from './plain-names.ts';
import { PlainValues } from './plain-values.ts';
import { prepareRow } from './prepare-row.ts';
import type { ImportRights } from './rights.ts';
import type { Position, RowBatch } from './rows.ts';

export interface Preparing {
  readonly database: Database;
  readonly templates: Templates;
  readonly now: () => Date;
  /** Asked once a chunk: who may write where can change while an import runs. Throws to end it. */
  readonly rights: () => Promise<ImportRights>;
}

/** Rows, looked at one by one and put together into chunks. A chunk ends where a batch ends, so that an import can go on there. */
export async function* readChunks(
  batches: AsyncIterable<RowBatch>,
  { from, ...preparing }: Preparing & { from: Position },
): AsyncGenerator<Chunk> {
  const filler = new TemplateFiller(preparing.database);
  let preparation = await prepareChunk(preparing, filler);
  let chunk = new Chunk(from, preparation.rights);
  for await (const { rows, end } of batches) {
    for (const raw of rows) {
      const prepared = prepareRow(raw, preparation);
      chunk.add(prepared instanceof Promise ? await prepared : prepared);
    }
    chunk.end = end;
    if (!chunk.isFull) continue;
    yield chunk;
    preparation = await prepareChunk(preparing, filler);
    chunk = new Chunk(end, preparation.rights);
  }
  yield chunk;
}

async function prepareChunk({ templates, now, rights }: Preparing, filler: TemplateFiller) {
  const moment = now();
  const names = new PlainNames();
  return { rights: await rights(), templates, filler, now: moment, names, plain: new PlainValues(moment) };
}
