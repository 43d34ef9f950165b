import { readCsv } from '../../../src/registry/import/read-csv.ts';
import { readNdjson } from '../../../src/registry/import/read-ndjson.ts';
import type { BrokenRow, RawRow } from '../../../src/registry/import/rows.ts';

type Row = RawRow | BrokenRow;

/** The rows of a file that comes in pieces of `size` bytes. */
export function csvRows(file: string | Buffer, size = 65_536): Promise<Row[]> {
  return collect(readCsv(pieces(file, size)));
}

export function ndjsonRows(file: string | Buffer, size = 65_536): Promise<Row[]> {
  return collect(readNdjson(pieces(file, size)));
}

async function* pieces(file: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file as string);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
