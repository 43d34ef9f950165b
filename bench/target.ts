import { formatGrid } from './grid.ts';
import type { Comparison } from './profile.ts';
import type { Row } from './summary.ts';

/** A value that has to be something, and whether it is. Null: it was not measured. */
export interface Target extends Comparison {
  readonly reached: boolean | null;
}

/** What a profile has to reach of the bare server in the same round; it stands in the profile's file. */
export interface OfBare {
  readonly rate: number;
  /**
   * Of its requests per CPU second, too: the rate alone flatters whenever something else than the server is full, such as the
   * generator.
   */
  readonly cpu?: number;
}

/** Those of the comparisons that have to be something. */
export function judgeTargets(comparisons: readonly Comparison[]): Target[] {
  return comparisons.filter(isTarget).map((one) => ({ ...one, reached: isReached(one) }));
}

export function isTarget({ least, most }: Comparison): boolean {
  return least !== undefined || most !== undefined;
}

function isReached({ value, least, most }: Comparison): boolean | null {
  return value === null ? null : value >= (least ?? value) && value <= (most ?? value);
}

/** Every target of a run, one a line, as Markdown; empty when it has none. */
export function formatTargets(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ profile, targets }) =>
    targets.map((target) => [profile, target.name, formatValue(target.value), boundOf(target), verdictOf(target)]),
  );
  if (lines.length === 0) return '';
  return formatGrid([['target of', 'what', 'value', 'has to be', ''], ...lines], { right: [2, 3] });
}

/** "at least 0.90" */
export function boundOf({ least, most }: Comparison): string {
  return [
    ...(least === undefined ? [] : [`at least ${formatValue(least)}`]),
    ...(most === undefined ? [] : [`at most ${formatValue(most)}`]),
  ].join(', ');
}

export function verdictOf({ reached }: Target): string {
  return reached === null ? 'not measured' : reached ? 'reached' : 'MISSED';
}

/** Ratios in hundredths, more of them where little is left, and nothing behind the point of what is whole and large. */
export function formatValue(value: number | null): string {
  if (value === null) return 'not measured';
  if (value === 0) return '0';
  return value.toFixed(Math.abs(value) < 0.1 ? 4 : value >= 100 ? 0 : 2);
}
