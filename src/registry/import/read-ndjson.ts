import { isBlank, toText } from './byte-text.ts';
import { LineShapes } from './line-shape.ts';
import { type Line, readLines } from './read-lines.ts';
import type { BrokenRow, Position, RawRow, RowBatch } from './rows.ts';

/** `{"identifier": …, "values": […]}`, or `template` and `data`, one a line. Empty lines are skipped; a broken line is reported, the next goes on. */
export async function* readNdjson(
  open: (offset: number) => AsyncIterable<Buffer>,
  from: Position,
): AsyncGenerator<RowBatch> {
  const shapes = new LineShapes();
  for await (const { lines, end } of readLines(open(from.offset), from)) {
    const rows: (RawRow | BrokenRow)[] = [];
    for (const item of lines) {
      if ('broken' in item) rows.push(item);
      else if (!isBlank(item.bytes)) rows.push(shapes.read(item.bytes, item.line) ?? parseLine(item, shapes));
    }
    yield { rows, end };
  }
}

function parseLine({ bytes, line }: Line, shapes: LineShapes): RawRow | BrokenRow {
  let row: unknown;
  try {
    row = JSON.parse(toText(bytes));
  } catch (error) {
    return { line, broken: `The line is not JSON: ${(error as Error).message}` };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { line, broken: 'The line is not a JSON object' };
  for (const name in row) if (!FIELDS.has(name)) return { line, broken: `"${name}" ${NO_FIELD}` };
  const { identifier, values, template, data } = row as Record<string, unknown>;
  if (template === undefined && data === undefined) {
    const plain = { line, identifier, values };
    shapes.learn(bytes, plain);
    return plain;
  }
  return { line, identifier, values, template, data };
}

const FIELDS = new Set(['identifier', 'values', 'template', 'data']);
const NO_FIELD = `is not a field here; there are ${[...FIELDS].join(', ')}`;
