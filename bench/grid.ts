/** A table as Markdown, padded so that it is read as easily in a terminal; its first line is the head. */
export function formatGrid(lines: readonly (readonly string[])[], { right }: { right: readonly number[] }): string {
  const [head = []] = lines;
  const widths = head.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  const pad = (cell: string, i: number) =>
    right.includes(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number);
  const padded = lines.map((line) => `| ${line.map(pad).join(' | ')} |`);
  const rule = widths.map((width, i) =>
    right.includes(i) ? `${'-'.repeat(width + 1)}:` : `:${'-'.repeat(width + 1)}`,
  );
  return [padded[0], `|${rule.join('|')}|`, ...padded.slice(1)].join('\n');
}
