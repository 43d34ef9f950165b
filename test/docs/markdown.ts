import { readdirSync, readFileSync } from 'node:fs';
import { root } from '../support/root.ts';

/** A fenced block of code: ```sh mark. */
export interface Block {
  readonly language: string;
  /** What follows the language: how the block is to be run. */
  readonly mark: string;
  readonly text: string;
  readonly line: number;
}

export function readDocument(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8');
}

/** The hand-written documents for people, from the root of the project. */
export function documentPaths(): string[] {
  const inFolder = (folder: string) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}${name}`);
  return [...inFolder(''), ...inFolder('docs/')];
}

export function readBlocks(markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm), (match) => {
    const [, language = '', mark = '', text = ''] = match;
    return { language, mark, text, line: markdown.slice(0, match.index).split('\n').length };
  });
}

/** The document without its blocks of code. */
export function proseOf(markdown: string): string {
  return markdown.replace(/^```.*\n[\s\S]*?^```$/gm, '');
}

/** The rows of the first table whose head begins with a cell of this name, without head and rule; cells are trimmed. */
export function readTable(markdown: string, firstCell: string): string[][] {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|') && line.split('|')[1]?.trim() === firstCell);
  if (head < 0) throw new Error(`There is no table that begins with "${firstCell}"`);
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  return rows.slice(0, end < 0 ? undefined : end).map(cells);
}
