import { KapokError } from '../../errors/kapok-error.ts';
import { type ByteText, isBlank, toText } from './byte-text.ts';
import { CsvRecord } from './csv-record.ts';
import { MAX_LINE_BYTES, readLines } from './read-lines.ts';
import { type BrokenRow, type Position, type RawRow, type RowBatch, START } from './rows.ts';
import { type TextColumn, textValues } from './text-values.ts';

/**
 * CSV (RFC 4180) with a header: `identifier`, then one column a value, named by its type. The values get the indexes
 * 1, 2, 3 … in the order of the columns; a column `17:URL` states its index. An empty field is no value.
 */
export async function* readCsv(
  open: (offset: number) => AsyncIterable<Buffer>,
  from: Position,
): AsyncGenerator<RowBatch> {
  let columns = from.offset === 0 ? null : await readHeader(open(0));
  for await (const { records, end } of readRecords(open(from.offset), from)) {
    const rows: (RawRow | BrokenRow)[] = [];
    for (const record of records) {
      if (columns === null) columns = headerOf(record);
      else rows.push('broken' in record ? record : rowOf(record, columns));
    }
    // Until the header is read, whoever goes on must begin with it.
    yield { rows, end: columns === null ? START : end };
  }
}

/** An import that goes on in the middle of a file looks its columns up at the beginning. */
async function readHeader(source: AsyncIterable<Buffer>): Promise<TextColumn[] | null> {
  for await (const { records } of readRecords(source, START)) {
    const [first] = records;
    if (first !== undefined) return headerOf(first);
  }
  return null;
}

function headerOf(record: CsvRow | BrokenRow): TextColumn[] {
  if ('broken' in record) throw headerError(record.broken);
  return parseHeader(record.fields.map(toText));
}

interface CsvRow {
  /** The line it begins on. */
  readonly line: number;
  readonly fields: readonly ByteText[];
}

interface RecordBatch {
  readonly records: readonly (CsvRow | BrokenRow)[];
  readonly end: Position;
}

interface OpenRecord {
  readonly line: number;
  readonly record: CsvRecord;
  /** Characters so far, and bytes of the lines that left it open. */
  size: number;
  bytes: number;
}

async function* readRecords(source: AsyncIterable<Buffer>, from: Position): AsyncGenerator<RecordBatch> {
  let open: OpenRecord | null = null;
  let last = from;
  for await (const { lines, end } of readLines(source, from)) {
    const records: (CsvRow | BrokenRow)[] = [];
    for (const item of lines) {
      if ('broken' in item) {
        records.push({ line: open?.line ?? item.line, broken: item.broken });
        open = null;
        continue;
      }
      if (open === null && isBlank(item.bytes)) continue;
      open ??= { line: item.line, record: new CsvRecord(), size: 0, bytes: 0 };
      const { line, record }: OpenRecord = open;
      const reason = record.take(item.bytes);
      if (record.isOpen) open.size += toText(item.bytes).length;
      if (reason === null && record.isOpen && open.size <= MAX_LINE_BYTES) {
        open.bytes += item.bytes.length + 1;
        continue;
      }
      open = null;
      if (reason !== null) records.push({ line, broken: `The row is not CSV: ${reason}` });
      else if (record.isOpen) records.push(unclosed(line, item.line));
      else records.push({ line, fields: record.fields });
    }
    last = end;
    yield { records, end: open === null ? end : beforeRecord(open, end) };
  }
  if (open !== null) yield { records: [unclosed(open.line, null)], end: last };
}

/** Where a record begins that goes on past a place. A byte order mark is in no line's text: line 1 begins at 0. */
function beforeRecord({ line, bytes }: OpenRecord, end: Position): Position {
  return line === 1 ? START : { offset: end.offset - bytes, line: line - 1 };
}

function unclosed(line: number, until: number | null): BrokenRow {
  const extent = until === null ? 'to the end of the file' : `to line ${until}, over ${MAX_LINE_BYTES} characters`;
  return { line, broken: `The row is not CSV: a quoted field is not closed; it goes on ${extent}` };
}

function rowOf({ line, fields }: CsvRow, columns: readonly TextColumn[]): RawRow | BrokenRow {
  if (fields.length !== columns.length + 1)
    return { line, broken: `The row has ${fields.length} fields, the header ${columns.length + 1}` };
  const [identifier, ...texts] = fields;
  const row = { line, identifier: toText(identifier as ByteText) };
  if (texts.every(({ length }) => length > 0)) return { ...row, values: valuesOf(columns, texts) };
  const isFilled = (_: unknown, i: number) => texts[i]?.length !== 0;
  return { ...row, values: valuesOf(columns.filter(isFilled), texts.filter(isFilled)) };
}

/** Where a text cannot be taken, the values as a client writes them: what is wrong is said where they are looked at. */
function valuesOf(columns: readonly TextColumn[], texts: readonly ByteText[]): unknown {
  return (
    textValues(columns, texts) ??
    columns.map(({ index, type }, i) => ({ index, type, data: toText(texts[i] as ByteText) }))
  );
}

function parseHeader([first = '', ...rest]: readonly string[]): TextColumn[] {
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
