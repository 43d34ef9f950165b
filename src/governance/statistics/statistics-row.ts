import type { StatisticsRow } from '../../../proto/http/statistics.ts';
import type { Row } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { OUTCOMES } from './tally.ts';

const COUNTED = [...OUTCOMES, 'registered', 'changed', 'allotted'];

/** Sums of rows of `statistics_hourly h`, to be selected. */
export const SUMS = [
  ...COUNTED.map((name) => `coalesce(sum(h.${name}), 0)::bigint as ${name}`),
  ...['resolving', 'registering'].map(latencySums),
].join(', ');

/** The columns that SUMS gives, as JSON of moments. */
export const SUMMED = [
  ...COUNTED,
  ...['resolving', 'registering'].flatMap((name) => [
    ...[`${name}_average`, `${name}_max`, `${name}_min`],
    ...[utc(`${name}_max_at`, `${name}_max_at`), utc(`${name}_min_at`, `${name}_min_at`)],
  ]),
].join(', ');

function latencySums(name: string): string {
  const at = (part: string, order: string) =>
    `(array_agg(h.${name}_${part}_at order by h.${name}_${part} ${order} nulls last, h.${name}_${part}_at))[1] as ${name}_${part}_at`;
  return `sum(h.${name}_sum)::float8 / nullif(sum(h.${name}_timed), 0) as ${name}_average,
    max(h.${name}_max) as ${name}_max, ${at('max', 'desc')}, min(h.${name}_min) as ${name}_min, ${at('min', 'asc')}`;
}

export type SummedRow = Row & Readonly<Record<string, number | string | null>>;

export function statisticsRowOf(row: SummedRow): StatisticsRow {
  const count = (name: string) => row[name] as number;
  const requests = OUTCOMES.reduce((sum, outcome) => sum + count(outcome), 0);
  return {
    requests,
    ...(Object.fromEntries(COUNTED.map((name) => [name, count(name)])) as Pick<
      StatisticsRow,
      (typeof OUTCOMES)[number]
    >),
    registered: count('registered'),
    changed: count('changed'),
    allotted: count('allotted'),
    resolving: latencyOf(row, 'resolving'),
    registering: latencyOf(row, 'registering'),
  };
}

function latencyOf(row: SummedRow, name: string): StatisticsRow['resolving'] {
  const milliseconds = (part: string) => {
    const micros = row[`${name}_${part}`] as number | null;
    return micros === null ? null : Math.round(micros) / 1000;
  };
  const moment = (part: string) => row[`${name}_${part}_at`] as string | null;
  return {
    average: milliseconds('average'),
    ...{ max: milliseconds('max'), maxAt: moment('max') },
    ...{ min: milliseconds('min'), minAt: moment('min') },
  };
}
