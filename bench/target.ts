import type { Row } from './summary.ts';

/** What the memory hit must reach of the bare server, through the whole service. */
const TARGET = 0.8;

/**
 * Both ratios must reach it. That of the rates alone flatters whenever something else than the server is full, such as the
 * generator; that of the CPU time cannot be flattered so.
 */
export function judgeTarget(rows: readonly Row[]): string | null {
  const row = rows.find(({ profile }) => profile === 'memory-hit');
  if (row === undefined || row.status !== 'ok' || row.ratio === null) return null;
  const cpu = row.cpuRatio === null ? 'not measured' : row.cpuRatio.toFixed(2);
  const reached = row.ratio >= TARGET && (row.cpuRatio ?? TARGET) >= TARGET;
  const values = `${row.ratio.toFixed(2)} of its requests/s, ${cpu} of its requests per CPU second`;
  return `target: memory-hit at least ${TARGET.toFixed(2)} of the bare server: ${reached ? 'reached' : 'MISSED'} (${values})`;
}
