import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fileOf } from '../support/root.ts';

const folder = pathToFileURL(fileOf('test/vectors/'));

/** The rows of a vector file, each cell by the name of its column, the notation of `test/vectors/README.md` written out. */
export function readRows<Column extends string>(file: string, columns: readonly Column[]): Record<Column, string>[] {
  const [header, ...lines] = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n');
  if (header !== columns.join('\t')) throw new Error(`${file} has the columns ${header}`);
  return lines.map((line) => {
    const cells = line.split('\t');
    if (cells.length !== columns.length) throw new Error(`${file}: ${line}`);
    return Object.fromEntries(columns.map((column, i) => [column, expand(cells[i] ?? '')])) as Record<Column, string>;
  });
}

/** The cases of `identifier-invalid.json`. */
export function readInvalid(): { text: string; reason: string }[] {
  const cases = JSON.parse(readFileSync(new URL('identifier-invalid.json', folder), 'utf8')) as never[];
  return cases.map(({ text, reason }) => ({ text: expand(text), reason }));
}

/** A list in one cell; "-" is the empty list. */
export function readList(cell: string): string[] {
  return cell === '-' ? [] : cell.split(' ');
}

/** Short, visible and on one line: the title of a vector's assertion. */
export function show(text: string): string {
  const visible = text.replace(
    /(?! )[\p{C}\p{M}\p{Z}]/gu,
    (c) => `{U+${c.codePointAt(0)?.toString(16).toUpperCase()}}`,
  );
  return JSON.stringify(visible.length > 60 ? `${visible.slice(0, 40)}… (${text.length})` : visible);
}

function expand(cell: string): string {
  return cell.replace(/\{(?:U\+([0-9A-F]{4,6})|([^{}]+?))(?:\*(\d+))?\}/g, (whole, code, text, count) => {
    if (code === undefined && count === undefined) return whole;
    return (code === undefined ? text : String.fromCodePoint(Number.parseInt(code, 16))).repeat(Number(count ?? 1));
  });
}
