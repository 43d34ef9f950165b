import { KapokError } from '../../errors/kapok-error.ts';
import { CsvRecord } from './csv-record.ts';
import { MAX_LINE_BYTES, readLines } from './read-lines.ts';
import type { BrokenRow, RawRow } from './rows.ts';

/**
 * CSV (RFC 4180) with a header: `identifier`, then one column a value, named by its type. The values get the indexes
 * 1, 2, 3 … in the order of the columns; a column `17:URL` states its index. An empty field is no value.
 */
export async function* readCsv(source: AsyncIterable<Buffer>): AsyncGenerator<RawRow | BrokenRow> {
  let columns: Column[] | null = null;
  for await (const row of readRecords(source)) {
    if (columns !== null) yield 'broken' in row ? row : rowOf(row, columns);
    else if ('broken' in row) throw headerError(row.broken);
    else columns = parseHeader(row.fields);
  }
}

interface CsvRow {
  /** The line it begins on. */
  readonly line: number;
  readonly fields: readonly string[];
}

async function* readRecords(source: AsyncIterable<Buffer>): AsyncGenerator<CsvRow | BrokenRow> {
  let open: { line: number; record: CsvRecord; size: number } | null = null;
  for await (const item of readLines(source)) {
    if ('broken' in item) {
      yield { line: open?.line ?? item.line, broken: item.broken };
      open = null;
      continue;
    }
    if (open === null && item.text.trim() === '') continue;
    open ??= { line: item.line, record: new CsvRecord(), size: 0 };
    open.size += item.text.length;
    const { line, record, size }: { line: number; record: CsvRecord; size: number } = open;
    const reason = record.take(item.text);
    if (reason === null && record.isOpen && size <= MAX_LINE_BYTES) continue;
    open = null;
    if (reason !== null) yield { line, broken: `The row is not CSV: ${reason}` };
    else if (record.isOpen) yield unclosed(line, item.line);
    else yield { line, fields: record.fields };
  }
  if (open !== null) yield unclosed(open.line, null);
}

function unclosed(line: number, until: number | null): BrokenRow {
  const extent = until === null ? 'to the end of the file' : `to line ${until}, over ${MAX_LINE_BYTES} characters`;
  return { line, broken: `The row is not CSV: a quoted field is not closed; it goes on ${extent}` };
}

interface Column {
  readonly index: number;
  readonly type: string;
}

function rowOf({ line, fields }: CsvRow, columns: readonly Column[]): RawRow | BrokenRow {
  const [identifier, ...data] = fields;
  if (data.length !== columns.length)
    return { line, broken: `The row has ${fields.length} fields, the header ${columns.length + 1}` };
  const values = columns.flatMap((column, i) => (data[i] === '' ? [] : [{ ...column, data: data[i] }]));
  return { line, identifier, values };
}

function parseHeader([first = '', ...rest]: readonly string[]): Column[] {
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
