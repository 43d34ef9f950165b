/** A date of the calendar, `2026-02-17`. As texts, dates have the order of time. */
export type Day = string & { readonly __brand?: 'day' };

/** Where the usual week does not hold. */
export interface Calendar {
  /** Days off, whatever day of the week. */
  readonly holidays: ReadonlySet<Day>;
  /** Saturdays and Sundays on which one works, to make up for a holiday 调休. */
  readonly workdays: ReadonlySet<Day>;
}

const DAY = 86_400_000;
/** Dates are those of China, which has one zone and no summer time. */
const CHINA = 8 * 3_600_000;

/** The day that it is in China at a moment. */
export function dayOf(moment: Date): Day {
  return new Date(moment.getTime() + CHINA).toISOString().slice(0, 10);
}

export function isDay(text: string): text is Day {
  return /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) && addDays(text, 0) === text;
}

/** '' when it is none. */
export function addDays(day: Day, count: number): Day {
  const time = Date.parse(`${day}T00:00:00Z`) + count * DAY;
  return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 10);
}

/** The same date a year on; of 29 February the 28th. */
export function addYear(day: Day): Day {
  const next = `${String(Number(day.slice(0, 4)) + 1).padStart(4, '0')}${day.slice(4)}`;
  return isDay(next) ? next : `${next.slice(0, 8)}28`;
}

export function isWeekend(day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

export function isWorkingDay(day: Day, { holidays, workdays }: Calendar): boolean {
  return !holidays.has(day) && (!isWeekend(day) || workdays.has(day));
}

/** The last of so many working days, of which the first is the one after `from`. */
export function addWorkingDays(from: Day, count: number, calendar: Calendar): Day {
  let day = from;
  for (let left = count; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day, calendar)) left--;
  }
  return day;
}
