import { readLines } from './read-lines.ts';
import type { BrokenRow, RawRow } from './rows.ts';

/** `{"identifier": …, "values": […]}`, or `template` and `data`, one a line. Empty lines are skipped; a broken line is reported, the next goes on. */
export async function* readNdjson(source: AsyncIterable<Buffer>): AsyncGenerator<RawRow | BrokenRow> {
  for await (const item of readLines(source)) {
    if ('broken' in item) yield item;
    else if (item.text.trim() !== '') yield parseLine(item.text, item.line);
  }
}

function parseLine(text: string, line: number): RawRow | BrokenRow {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return { line, broken: 'The line is not a JSON object' };
    const { identifier, values, template, data, ...rest } = row as Record<string, unknown>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      return { line, broken: `"${unknown}" is not a field here; there are identifier, values, template, data` };
    const plain = template === undefined && data === undefined;
    return { line, identifier, values, ...(plain ? {} : { template, data }) };
  } catch (error) {
    return { line, broken: `The line is not JSON: ${(error as Error).message}` };
  }
}
