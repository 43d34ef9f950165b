import { MAX_RECORD_BYTES } from '../../record/value.ts';
import type { BrokenRow, RawRow } from './rows.ts';

/** A record at its limit, every character of it escaped, still fits. */
const MAX_LINE_BYTES = 4 * MAX_RECORD_BYTES;
const LINE_FEED = 0x0a;

/** `{"identifier": …, "values": […]}`, one a line. Empty lines are skipped; a broken line is reported, the next goes on. */
export async function* readNdjson(source: AsyncIterable<Buffer>): AsyncGenerator<RawRow | BrokenRow> {
  for await (const { line, text } of readLines(source)) {
    if (text === null) yield { line, broken: `The line is over ${MAX_LINE_BYTES} bytes` };
    else if (text.trim() !== '') yield parseLine(text, line);
  }
}

function parseLine(text: string, line: number): RawRow | BrokenRow {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return { line, broken: 'The line is not a JSON object' };
    const { identifier, values, ...rest } = row as Record<string, unknown>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      return { line, broken: `"${unknown}" is not a field here; there are identifier, values` };
    return { line, identifier, values };
  } catch (error) {
    return { line, broken: `The line is not JSON: ${(error as Error).message}` };
  }
}

interface Line {
  readonly line: number;
  /** Null when it was too long to be kept. */
  readonly text: string | null;
}

async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let bytes = 0;
  let line = 0;
  const finish = (): Line => {
    const text = bytes > MAX_LINE_BYTES ? null : Buffer.concat(held).toString('utf8');
    held = [];
    bytes = 0;
    return { line: ++line, text };
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
