import type { Comparison } from './profile.ts';
import type { Row } from './summary.ts';

interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

const MIB = 2 ** 20;

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
  { title: 'RSS MiB', cell: (row) => fixed(row.resident === null ? null : row.resident / MIB, 0) },
];

/** The table as Markdown, padded so that it is read as easily in a terminal. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map((column) => cellOf(row, column)))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => (line[i] as string).length)));
  const lines = cells.map((line) => `| ${line.map((cell, i) => pad(cell, i, widths[i] as number)).join(' | ')} |`);
  const rule = `|${widths.map((width, i) => (i === 0 ? `:${'-'.repeat(width + 1)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const notes = rows.flatMap((row) => notesOf(row).map((note) => `${row.profile}: ${note}`));
  return [lines[0], rule, ...lines.slice(1), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

/** What a reader must know about a row, below the table. */
export function notesOf({ status, reasons, comparedWith, comparisons, proof, rounds }: Row): string[] {
  if (status !== 'ok') return reasons.map((reason) => `${status === 'failed' ? 'FAILED' : status}: ${reason}`);
  return [
    ...(comparedWith === 'bare server' ? [] : [`its ratio is to a ${comparedWith}`]),
    ...(proof === null ? [] : [`${(100 * proof).toFixed(1)} % went the way it is about`]),
    ...comparisons.map(formatComparison),
    ...(rounds.at(-1)?.notes ?? []),
  ];
}

/** "identifiers/s to single requests: 8.31 (at least 8: reached)" */
export function formatComparison(comparison: Comparison): string {
  const { name, value, least, most } = comparison;
  const bound = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  const told = value === null ? 'not measured' : value.toFixed(value !== 0 && value < 0.1 ? 4 : 2);
  const reached = isReached(comparison);
  const judged = reached === null ? '' : ` (${bound.join(', ')}: ${reached ? 'reached' : 'MISSED'})`;
  return `${name}: ${told}${judged}`;
}

/** Null: there is nothing that it has to be, or nothing was measured. */
export function isReached({ value, least, most }: Comparison): boolean | null {
  if (value === null || (least === undefined && most === undefined)) return null;
  return value >= (least ?? value) && value <= (most ?? value);
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

export function milliseconds(value: number | null): string {
  return fixed(value, value !== null && value >= 100 ? 0 : value !== null && value >= 10 ? 1 : 2);
}

function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(100 * value)} %`;
}

function pad(text: string, column: number, width: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
