import { formatGrid } from './grid.ts';
import type { Comparison } from './profile.ts';
import type { Row } from './summary.ts';
import { formatTargets, formatValue, isTarget } from './target.ts';

export interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

const MIB = 2 ** 20;

export const COLUMNS: readonly Column[] = [
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

/** What a terminal shows: the table, the targets, and what else there is to say. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map((column) => cellOf(row, column)))];
  const grid = formatGrid(cells, { right: COLUMNS.map((_, i) => i).slice(1) });
  const notes = rows.flatMap((row) => notesOf(row).map((note) => `${row.profile}: ${note}`)).join('\n');
  return [grid, formatTargets(rows), notes].filter((part) => part !== '').join('\n\n');
}

/** What a reader must know about a row beside its numbers and its targets. */
export function notesOf({ status, reasons, comparedWith, comparisons, proof, rounds }: Row): string[] {
  if (status !== 'ok') return reasons.map((reason) => `${status === 'failed' ? 'FAILED' : status}: ${reason}`);
  return [
    ...(comparedWith !== 'bare COPY' ? [] : [`its ratio is to a ${comparedWith}`]),
    ...(proof === null ? [] : [`${(100 * proof).toFixed(1)} % went the way it is about`]),
    ...comparisons.filter((one) => !isTarget(one)).map(formatComparison),
    ...(rounds.at(-1)?.notes ?? []),
  ];
}

function formatComparison({ name, value }: Comparison): string {
  return `${name}: ${formatValue(value)}`;
}

/** A failed profile shows no number that could be taken for a result. */
export function cellOf(row: Row, column: Column): string {
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
