import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from } from 'pg-copy-streams';
import { encodeField } from '../src/database/copy.ts';

/** Characters a piece: smaller ones cost a call each. */
const PIECE = 262_144;

/** COPY of lines into `table (column, …)`. */
export async function copyLines(client: Client, target: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(piecesOf(lines)), client.query(from(`copy ${target} from stdin`)));
}

/** COPY's own text of a row. */
export function lineOf(fields: readonly (string | number | null | readonly string[])[]): string {
  return `${fields.map((field) => encodeField(textOf(field))).join('\t')}\n`;
}

function textOf(field: string | number | null | readonly string[]): string | null {
  if (field === null) return null;
  return typeof field === 'object' ? arrayOf(field) : String(field);
}

function arrayOf(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}

function* piecesOf(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
