import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { KapokError } from '../../errors/kapok-error.ts';
import { MAX_RECORD_BYTES } from '../../record/value.ts';
import type { BrokenRow, RawRow } from './rows.ts';

/**
 * CSV (RFC 4180) with a header: `identifier`, then one column a value, named by its type. The values get the indexes
 * 1, 2, 3 … in the order of the columns; a column `17:URL` states its index. An empty field is no value.
 */
export async function* readCsv(source: AsyncIterable<Buffer>): AsyncGenerator<RawRow | BrokenRow> {
  const skipped: BrokenRow[] = [];
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: 4 * MAX_RECORD_BYTES,
    on_skip: (error: CsvError | undefined) => {
      skipped.push({
        line: Number(error?.lines ?? 0),
        broken: `The row is not CSV: ${error?.message ?? 'unreadable'}`,
      });
      return undefined;
    },
  });
  const records = Readable.from(source).pipe(parser) as AsyncIterable<{ record: string[]; info: { lines: number } }>;
  let columns: Column[] | null = null;
  for await (const { record, info } of records) {
    yield* skipped.splice(0);
    const [first = '', ...rest] = record;
    if (columns === null) {
      columns = parseHeader(first, rest);
      continue;
    }
    const { lines: line } = info;
    if (rest.length !== columns.length) {
      yield { line, broken: `The row has ${record.length} fields, the header ${columns.length + 1}` };
      continue;
    }
    const values = columns.flatMap((column, i) => (rest[i] === '' ? [] : [{ ...column, data: rest[i] }]));
    yield { line, identifier: first, values };
  }
  yield* skipped.splice(0);
}

interface Column {
  readonly index: number;
  readonly type: string;
}

function parseHeader(first: string, rest: readonly string[]): Column[] {
  if (first !== 'identifier') {
    throw headerError(`The first column of a CSV import is "identifier", not "${first.slice(0, 64)}"`);
  }
  return rest.map((name, i) => {
    const [, index, type] = /^(?:(\d{1,10}):)?(.+)$/s.exec(name) ?? [];
    if (type === undefined) throw headerError(`Column ${i + 2} of the header has no name`);
    return { index: index === undefined ? i + 1 : Number(index), type };
  });
}

function headerError(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at: 'line 1' });
}
