import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES } from '../../record/value.ts';
import type { BrokenRow } from './rows.ts';

/** A record at its limit, every character of it escaped, still fits. */
export const MAX_LINE_BYTES = 4 * MAX_RECORD_BYTES;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

export interface Line {
  /** From 1. */
  readonly line: number;
  /** Without its line feed. */
  readonly text: string;
}

/** The lines of a UTF-8 text. One that is too long, or no UTF-8 (a table saved in GBK), is reported; the next goes on. */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Line | BrokenRow> {
  let held: Buffer[] = [];
  let bytes = 0;
  let line = 0;
  const finish = (): Line | BrokenRow => {
    const ended = decode(++line, { held, bytes });
    held = [];
    bytes = 0;
    return ended;
  };
  const hold = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MAX_LINE_BYTES) held.push(part);
    else held = [];
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (bytes > 0) yield finish();
}

function decode(line: number, { held, bytes }: { held: readonly Buffer[]; bytes: number }): Line | BrokenRow {
  if (bytes > MAX_LINE_BYTES) return { line, broken: `The line is over ${MAX_LINE_BYTES} bytes` };
  const whole = Buffer.concat(held);
  if (!isUtf8(whole)) return { line, broken: 'The line is not UTF-8' };
  const text = whole.toString('utf8');
  return { line, text: line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
}
