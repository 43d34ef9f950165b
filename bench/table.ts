import type { Row } from './summary.ts';

interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'profile', cell: (row) => row.profile },
  { title: 'per second', cell: rateCell },
  { title: 'ratio', cell: (row) => fixed(row.ratio, 2) },
  { title: 'p50 ms', cell: (row) => milliseconds(row.p50) },
  { title: 'p99 ms', cell: (row) => milliseconds(row.p99) },
  { title: 'p99.9 ms', cell: (row) => milliseconds(row.p999) },
  { title: 'per CPU second', cell: (row) => count(row.perCpuSecond) },
  { title: 'CPU ratio', cell: (row) => fixed(row.cpuRatio, 2) },
  { title: 'server CPU', cell: (row) => percent(row.serverCpu) },
  { title: 'generator', cell: (row) => percent(row.generatorCpu) },
  { title: 'others', cell: (row) => percent(row.othersCpu) },
];

/** The table as Markdown, padded so that it is read as easily in a terminal. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map((column) => cellOf(row, column)))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => (line[i] as string).length)));
  const lines = cells.map((line) => `| ${line.map((cell, i) => pad(cell, i, widths[i] as number)).join(' | ')} |`);
  const rule = `|${widths.map((width, i) => (i === 0 ? `:${'-'.repeat(width + 1)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1), ...notesOf(rows)].join('\n');
}

/** What a reader must know about single rows, below the table. */
function notesOf(rows: readonly Row[]): string[] {
  const notes = rows.flatMap(({ profile, status, reasons, comparedWith, proof, rounds }) => [
    ...reasons.map((reason) => `${profile}: ${status === 'failed' ? 'FAILED: ' : `${status}: `}${reason}`),
    ...(status === 'ok' && comparedWith !== 'bare server' ? [`${profile}: its ratio is to a ${comparedWith}`] : []),
    ...(status === 'ok' && proof !== null
      ? [`${profile}: ${(100 * proof).toFixed(1)} % went the way it is about`]
      : []),
    ...(status === 'ok' ? (rounds.at(-1)?.notes ?? []) : []).map((note) => `${profile}: ${note}`),
  ]);
  return notes.length === 0 ? [] : ['', ...notes];
}

/** A failed profile shows no number that could be taken for a result. */
function cellOf(row: Row, column: Column): string {
  if (row.status === 'ok' || column.title === 'profile') return column.cell(row);
  if (column.title !== 'per second') return '';
  return row.status === 'failed' ? 'FAILED' : 'not measured';
}

function rateCell({ rate, unit }: Row): string {
  return `${count(rate)}${unit === 'requests' ? '' : ` ${unit}`}`;
}

function count(value: number | null): string {
  return value === null ? 'not measured' : Math.round(value).toLocaleString('en-US');
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function milliseconds(value: number | null): string {
  return fixed(value, value !== null && value >= 100 ? 0 : value !== null && value >= 10 ? 1 : 2);
}

function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(100 * value)} %`;
}

function pad(text: string, column: number, width: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
