import { Readable } from 'node:stream';
import type { Database } from '../../database/database.ts';
import { TemplateFiller } from '../fill-template.ts';
import type { Templates } from '../templates.ts';
import { type AuthorizePrefix, prepareRow, type ReadyRow } from './prepare-row.ts';
import type { BrokenRow, RawRow, RowResult } from './rows.ts';
import { storeRows } from './store-rows.ts';

/** A transaction's worth: large enough that the commit costs little, small enough that results and memory stay small. */
const CHUNK_ROWS = 2_000;
const CHUNK_BYTES = 4 * 1024 * 1024;

export interface ImportOptions {
  readonly database: Database;
  readonly authorize: AuthorizePrefix;
  readonly templates: Templates;
  /** Replace records that exist; otherwise their rows fail. */
  readonly overwrite: boolean;
  readonly actor: string;
  readonly now: () => Date;
  /** Called after each commit. */
  readonly onCommitted: () => void;
}

/**
 * Stores a stream of rows chunk by chunk; yields the results of a chunk as soon as it is committed. A bad row fails alone. The
 * next chunk is read while one is stored; one transaction is under way at a time, so rows go in in their order.
 */
export async function* importRows(
  rows: AsyncIterable<RawRow | BrokenRow>,
  options: ImportOptions,
): AsyncGenerator<RowResult[]> {
  const chunks: AsyncIterable<Chunk> = Readable.from(chunksOf(rows, options), { highWaterMark: 1 });
  for await (const chunk of chunks) yield chunk.store(options);
}

async function* chunksOf(rows: AsyncIterable<RawRow | BrokenRow>, options: ImportOptions): AsyncGenerator<Chunk> {
  const preparation = { ...options, filler: new TemplateFiller(options.database) };
  let chunk = new Chunk();
  for await (const raw of rows) {
    const prepared = prepareRow(raw, preparation);
    const row = prepared instanceof Promise ? await prepared : prepared;
    if (chunk.isFull || ('suffixKey' in row && chunk.has(row))) {
      yield chunk;
      chunk = new Chunk();
    }
    chunk.add(row);
  }
  if (!chunk.isEmpty) yield chunk;
}

/** Rows of one transaction; each key at most once, for a statement cannot write a row twice. */
class Chunk {
  readonly #rows: (ReadyRow | RowResult)[] = [];
  readonly #keys = new Set<string>();
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length >= CHUNK_ROWS || this.#bytes >= CHUNK_BYTES;
  }

  has(row: ReadyRow): boolean {
    return this.#keys.has(keyOf(row));
  }

  add(row: ReadyRow | RowResult): void {
    this.#rows.push(row);
    if (!('suffixKey' in row)) return;
    this.#keys.add(keyOf(row));
    this.#bytes += row.record?.length ?? 0;
  }

  async store(options: ImportOptions): Promise<RowResult[]> {
    const ready = this.#rows.filter((row): row is ReadyRow => 'suffixKey' in row);
    const stored = ready.length === 0 ? [] : await storeRows(options.database, ready, options);
    if (ready.length > 0) options.onCommitted();
    const results = stored.values();
    return this.#rows.map((row) => ('suffixKey' in row ? (results.next().value as RowResult) : row));
  }
}

function keyOf({ identifier, suffixKey }: ReadyRow): string {
  return `${identifier.prefix}/${suffixKey}`;
}
