import { MAX_RECORD_BYTES } from '../../record/value.ts';
import { type ByteText, readBytes, toBytes } from './byte-text.ts';
import { type BrokenRow, type Position, START } from './rows.ts';

/** A record at its limit, every character of it escaped, still fits. */
export const MAX_LINE_BYTES = 4 * MAX_RECORD_BYTES;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = toBytes('\uFEFF');

export interface Line {
  /** From 1. */
  readonly line: number;
  /** Without its line feed. */
  readonly bytes: ByteText;
}

/** Lines that came in one piece of a file, and the place after the last of them. */
export interface LineBatch {
  readonly lines: readonly (Line | BrokenRow)[];
  readonly end: Position;
}

/**
 * The lines of a UTF-8 text, as many at once as a piece of it holds. A line that is too long, or no UTF-8 (a table saved in
 * GBK), is reported; the next goes on.
 */
export async function* readLines(source: AsyncIterable<Buffer>, from: Position = START): AsyncGenerator<LineBatch> {
  let { offset, line } = from;
  let held: Buffer[] = [];
  let bytes = 0;
  const hold = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MAX_LINE_BYTES) held.push(part);
    else held = [];
  };
  const finish = (): Line | BrokenRow => {
    const ended = readOne(++line, { held, bytes });
    held = [];
    bytes = 0;
    return ended;
  };
  let taken = 0;
  for await (const piece of source) {
    const lines: (Line | BrokenRow)[] = [];
    let start = 0;
    if (bytes > 0) {
      const end = piece.indexOf(LINE_FEED);
      hold(end < 0 ? piece : piece.subarray(0, end));
      taken += end < 0 ? piece.length : end + 1;
      if (end < 0) continue;
      start = end + 1;
      lines.push(finish());
    }
    const last = piece.lastIndexOf(LINE_FEED);
    if (last >= start) {
      taken += last + 1 - start;
      line = readAll(piece.subarray(start, last), line, lines);
      start = last + 1;
    }
    offset = from.offset + taken;
    if (start < piece.length) hold(piece.subarray(start));
    taken += piece.length - start;
    if (lines.length > 0) yield { lines, end: { offset, line } };
  }
  if (bytes > 0) yield { lines: [finish()], end: { offset: from.offset + taken, line } };
}

/** Whole lines, made strings at once where they can be: a call a line would take longer than the rest of reading. */
function readAll(whole: Buffer, before: number, into: (Line | BrokenRow)[]): number {
  let line = before;
  const bytes = whole.length > MAX_LINE_BYTES ? null : readBytes(whole);
  if (bytes !== null) {
    let start = 0;
    for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
      into.push({ line: ++line, bytes: withoutMark(line, bytes.slice(start, end)) });
      start = end + 1;
    }
    into.push({ line: ++line, bytes: withoutMark(line, bytes.slice(start)) });
    return line;
  }
  let start = 0;
  do {
    const found = whole.indexOf(LINE_FEED, start);
    const part = whole.subarray(start, found < 0 ? whole.length : found);
    into.push(readOne(++line, { held: [part], bytes: part.length }));
    start = found < 0 ? whole.length + 1 : found + 1;
  } while (start <= whole.length);
  return line;
}

function readOne(line: number, { held, bytes: size }: { held: readonly Buffer[]; bytes: number }): Line | BrokenRow {
  if (size > MAX_LINE_BYTES) return { line, broken: `The line is over ${MAX_LINE_BYTES} bytes` };
  const bytes = readBytes(held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held));
  return bytes === null ? { line, broken: 'The line is not UTF-8' } : { line, bytes: withoutMark(line, bytes) };
}

function withoutMark(line: number, bytes: ByteText): ByteText {
  return line === 1 && bytes.startsWith(BYTE_ORDER_MARK) ? bytes.slice(BYTE_ORDER_MARK.length) : bytes;
}
