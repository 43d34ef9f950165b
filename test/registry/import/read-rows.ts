import { readCsv } from '../../../src/registry/import/read-csv.ts';
import { readNdjson } from '../../../src/registry/import/read-ndjson.ts';
import {
  type BrokenRow,
  type Position,
  type RawRow,
  type RowBatch,
  type RowReader,
  START,
} from '../../../src/registry/import/rows.ts';

import { TextValues } from '../../../src/registry/import/text-values.ts';

type Row = RawRow | BrokenRow;

/** The rows of a file that comes in pieces of `size` bytes. */
export async function csvRows(file: string | Buffer, size = 65_536): Promise<Row[]> {
  return (await batches(readCsv, file, { size })).flatMap(({ rows }) => rows);
}

export async function ndjsonRows(file: string | Buffer, size = 65_536): Promise<Row[]> {
  return (await batches(readNdjson, file, { size })).flatMap(({ rows }) => rows);
}

export async function batches(
  reader: RowReader,
  file: string | Buffer,
  { size, from = START }: { size: number; from?: Position },
): Promise<RowBatch[]> {
  const bytes = Buffer.from(file as string);
  async function* open(offset: number): AsyncGenerator<Buffer> {
    for (let i = offset; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  }
  const all: RowBatch[] = [];
  for await (const { rows, end } of reader(open, from)) all.push({ rows: rows.map(plainly), end });
  return all;
}

/** With values as a client writes them. */
function plainly(row: Row): Row {
  return 'values' in row && row.values instanceof TextValues ? { ...row, values: row.values.toJson() } : row;
}
