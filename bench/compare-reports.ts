import type { Report } from './report.ts';
import { ratio } from './statistics.ts';
import type { Row } from './summary.ts';

/** A ratio of a profile in two results. */
export interface Compared {
  readonly profile: string;
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
  /** At 1 both are as good, below it the second is worse; null where it cannot be told. */
  readonly quality: number | null;
  readonly worse: boolean;
}

type Ratio = readonly [name: string, value: number | null, lessIsBetter: boolean];

/**
 * Every ratio of the first result beside that of the second: ratios within a run, for rates of two runs are of two moments, or of two
 * machines. A profile that went well and fails now is worse, whatever its numbers; one that is missing now, too.
 */
export function compareReports(before: Report, after: Report, worst: number): Compared[] {
  return before.rows
    .filter(({ status, ratios }) => status === 'ok' && ratios.length > 0)
    .flatMap((row) => compareRows(row, { after: after.rows.find(({ profile }) => profile === row.profile), worst }));
}

function compareRows(row: Row, { after, worst }: { after: Row | undefined; worst: number }): Compared[] {
  const { profile } = row;
  const known = after?.status === 'ok' ? ratiosOf(after) : [];
  return ratiosOf(row)
    .filter(([, value]) => value !== null)
    .map(([name, value, lessIsBetter]) => {
      const [, now = null] = known.find(([same]) => same === name) ?? [];
      const quality = lessIsBetter ? ratio(value, now) : ratio(now, value);
      return { profile, name, before: value, after: now, quality, worse: now === null || (quality ?? 1) < worst };
    });
}

function ratiosOf({ ratio: toBare, comparedWith, comparisons }: Row): Ratio[] {
  return [
    [`rate to the ${comparedWith}`, toBare, false],
    ...comparisons.map(({ name, value, most }): Ratio => [name, value, most !== undefined]),
  ];
}
