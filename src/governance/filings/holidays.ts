import type { Holidays } from '../../../proto/http/holidays.ts';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Calendar, type Day, isDay, isWeekend } from './working-days.ts';

type HolidayRow = { day: Day; kind: 'holiday' | 'workday' };

/** Throws BAD_REQUEST that names the day which is none of the year, is told twice, or needs no saying. */
export function assertHolidays(year: number, { holidays, workdays }: Holidays): void {
  const seen = new Set<string>();
  for (const [field, days] of Object.entries({ holidays, workdays })) {
    for (const [i, day] of days.entries()) {
      const at = `${field}[${i}]`;
      const wrong = (reason: string) => new KapokError('BAD_REQUEST', { message: `${at} ${day} ${reason}`, at });
      if (!isDay(day) || Number(day.slice(0, 4)) !== year) throw wrong(`is no day of ${year}`);
      if (seen.has(day)) throw wrong('is there twice');
      if (field === 'workdays' && !isWeekend(day)) throw wrong('is no Saturday or Sunday');
      seen.add(day);
    }
  }
}

/** Replaces what is known of a year. */
export async function storeHolidays(tx: Queryable, year: number, { holidays, workdays }: Holidays): Promise<void> {
  const text = `insert into holidays (day, kind)
    select day, 'holiday' from unnest($1::date[]) as day union all select day, 'workday' from unnest($2::date[]) as day`;
  await tx.query('delete from holidays where day between make_date($1, 1, 1) and make_date($1, 12, 31)', [year]);
  await tx.query(text, [holidays, workdays]);
}

export async function getHolidays(database: Queryable, year: number): Promise<Holidays> {
  return listed(await readDays(database, { from: year, to: year }));
}

/** What deadlines that begin in a year are counted by. */
export async function getCalendar(database: Queryable, year: number): Promise<Calendar> {
  const { holidays, workdays } = listed(await readDays(database, { from: year, to: year + 1 }));
  return { holidays: new Set(holidays), workdays: new Set(workdays) };
}

function readDays(database: Queryable, { from, to }: { from: number; to: number }): Promise<HolidayRow[]> {
  const text = `select day::text, kind from holidays
    where day between make_date($1, 1, 1) and make_date($2, 12, 31) order by day`;
  return database.query<HolidayRow>({ name: 'read_holidays', text }, [from, to]);
}

function listed(rows: readonly HolidayRow[]): Holidays {
  const of = (kind: HolidayRow['kind']) => rows.filter((row) => row.kind === kind).map(({ day }) => day);
  return { holidays: of('holiday'), workdays: of('workday') };
}
