/** The time zone of the days and months of reports: they go to an authority in China. It knows no summer time. */
export const CHINA = 'Asia/Shanghai';

const AHEAD = 8 * 3_600_000;

/** `2026-11-24`: the day in China at a moment, in milliseconds of the epoch. */
export function chinaDayOf(at: number): string {
  return new Date(at + AHEAD).toISOString().slice(0, 10);
}

/** When a day begins in China, in milliseconds of the epoch. */
export function startOfChinaDay(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** A moment as a clock in China shows it, to the second: `2026-11-24 08:00:00`. */
export function chinaClock(at: number): string {
  return new Date(at + AHEAD).toISOString().slice(0, 19).replace('T', ' ');
}

/** The first day of the month that lies so many months after that of a day. */
export function monthAfter(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
