import type { Queryable } from '../../database/database.ts';
import { monthAfter, startOfChinaDay } from '../statistics/china-day.ts';
import { momentsOf, readSum, type Span } from '../statistics/read-statistics.ts';
import type { MONTHLY_TABLE, ReportRow } from './report-table.ts';

export type MonthlyRow = ReportRow<keyof (typeof MONTHLY_TABLE)['columns']>;

/** Months of the table, the last one included. */
const MONTHS = 6;
const HOUR = 3_600_000;

export interface MonthlyQuery {
  /** Who runs the node. */
  readonly unit: string;
  /** The last month, as its first day in China: `2026-11-01`. */
  readonly month: string;
  readonly now: number;
}

/** 附件3: six months, the oldest first; none from before the node was there. */
export async function readMonths(database: Queryable, { unit, month, now }: MonthlyQuery): Promise<MonthlyRow[]> {
  const born = await readBirth(database);
  const rows: MonthlyRow[] = [];
  for (let back = 1 - MONTHS; back <= 0; back++) {
    const first = monthAfter(month, back);
    const span = { from: startOfChinaDay(first), to: startOfChinaDay(monthAfter(first, 1)) };
    if (span.to > born && span.from <= now) rows.push(await readMonth(database, { unit, first, span, born, now }));
  }
  return rows;
}

interface Month {
  readonly unit: string;
  readonly first: string;
  readonly span: Span;
  readonly born: number;
  readonly now: number;
}

async function readMonth(database: Queryable, { unit, first, span, born, now }: Month): Promise<MonthlyRow> {
  const { resolving, registering } = await readSum(database, { prefix: '', span });
  // The minute in which the node was made, and the one that is not over, count as they were found.
  const possible = (Math.min(span.to, now) - Math.max(span.from, born)) / HOUR;
  const operating = Math.min(await readOperating(database, span), possible);
  return {
    ...{ month: first.slice(0, 7), unit },
    availability: possible > 0 ? percent(operating / possible) : null,
    ...{ registering: registering.average, resolving: resolving.average },
    // Nothing here tells when a filing was decided: where that is known, whoever reviews fills it in.
    effective: null,
    ...{ operating: hours(operating), down: hours(possible - operating), emergencies: null },
  };
}

const BIRTH = { name: 'report_birth', text: 'select (extract(epoch from created_at) * 1000)::float8 as at from node' };

async function readBirth(database: Queryable): Promise<number> {
  const [row] = await database.query<{ at: number }>(BIRTH);
  return row?.at ?? 0;
}

const OPERATING = {
  name: 'report_operating',
  text: `select coalesce(sum(bit_count(minutes)), 0)::bigint as minutes from statistics_uptime where hour >= $1 and hour < $2`,
};

async function readOperating(database: Queryable, span: Span): Promise<number> {
  const [row] = await database.query<{ minutes: number }>(OPERATING, momentsOf(span));
  return (row?.minutes ?? 0) / 60;
}

function percent(part: number): number {
  return Math.round(part * 1e5) / 1e3;
}

function hours(number: number): number {
  return Math.round(number * 100) / 100;
}
