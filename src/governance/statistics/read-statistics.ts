import type { StatisticsRow } from '../../../proto/http/statistics.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { CHINA } from './china-day.ts';
import { SUMMED, SUMS, type SummedRow, statisticsRowOf } from './statistics-row.ts';

/** Hours that begin from `from` on and before `to`, in milliseconds of the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows `h` of a span and a subtree: the own row and, under the C collation, those between "88.102." and "88.102/". */
export const WITHIN = `h.hour >= $1 and h.hour < $2
  and ($3 = '' or h.prefix = $3 or (h.prefix >= $3 || '.' and h.prefix < $3 || '/'))`;

function seriesBy(unit: 'hour' | 'day') {
  return {
    name: `statistics_by_${unit}`,
    text: `select ${utc('at', 'at')}, ${SUMMED} from (
        select date_trunc('${unit}', h.hour, '${CHINA}') as at, ${SUMS} from statistics_hourly h where ${WITHIN} group by 1
      ) s order by s.at`,
  };
}

const SERIES = { hour: seriesBy('hour'), day: seriesBy('day') };

/** Sums of a subtree ('': of all) by hour or by day in China; where nothing happened there is no row. */
export async function readSeries(
  database: Queryable,
  { prefix, span, by }: { prefix: Prefix | ''; span: Span; by: 'hour' | 'day' },
): Promise<StatisticsRow[]> {
  const rows = await database.query<SummedRow>(SERIES[by], [...momentsOf(span), prefix]);
  return rows.map((row) => ({ at: row.at as string, ...statisticsRowOf(row) }));
}

const BY_PREFIX = {
  name: 'statistics_by_prefix',
  text: `select prefix, ${SUMMED} from (
      select h.prefix, ${SUMS} from statistics_hourly h where ${WITHIN} and h.prefix > $4 group by 1 order by 1 limit $5
    ) s order by s.prefix`,
};

/** Sums of a span for each prefix of a subtree, in the order of their names. */
export async function readByPrefix(
  database: Queryable,
  { prefix, span, after, limit }: { prefix: Prefix | ''; span: Span; after: string | null; limit: number },
): Promise<(StatisticsRow & { readonly prefix: string })[]> {
  // Before "", which is a row as well, comes nothing: a text that is smaller does not exist.
  const rows = await database.query<SummedRow>(after === null ? FIRST_BY_PREFIX : BY_PREFIX, [
    ...[...momentsOf(span), prefix],
    ...(after === null ? [limit] : [after, limit]),
  ]);
  return rows.map((row) => ({ prefix: row.prefix as string, ...statisticsRowOf(row) }));
}

const FIRST_BY_PREFIX = {
  name: 'statistics_by_prefix_first',
  text: BY_PREFIX.text.replace(' and h.prefix > $4', '').replace('$5', '$4'),
};

const SUM = {
  name: 'statistics_sum',
  text: `select ${SUMMED} from (select ${SUMS} from statistics_hourly h where ${WITHIN}) s`,
};

/** The sum of a span and a subtree ('': of all). */
export async function readSum(
  database: Queryable,
  { prefix, span }: { prefix: Prefix | ''; span: Span },
): Promise<StatisticsRow> {
  const [row] = await database.query<SummedRow>(SUM, [...momentsOf(span), prefix]);
  if (row === undefined) throw new Error('A sum has one row');
  return statisticsRowOf(row);
}

export function momentsOf({ from, to }: Span): [string, string] {
  return [new Date(from).toISOString(), new Date(to).toISOString()];
}
