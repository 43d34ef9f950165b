import fc from 'fast-check';
import t from 'tap';
import { assertHolidays } from '../../../src/governance/filings/holidays.ts';
import {
  addDays,
  addWorkingDays,
  addYear,
  type Calendar,
  dayOf,
  isDay,
  isWorkingDay,
} from '../../../src/governance/filings/working-days.ts';

const NONE: Calendar = { holidays: new Set(), workdays: new Set() };
/** A spring festival: nine days off, two weekend days of work to make up for it. */
const FESTIVAL: Calendar = {
  holidays: new Set(Array.from({ length: 9 }, (_, i) => addDays('2026-02-15', i))),
  workdays: new Set(['2026-02-14', '2026-02-28']),
};

t.test('a deadline counts Monday to Friday', async (t) => {
  // 2026-11-24 is a Tuesday.
  t.equal(addWorkingDays('2026-11-24', 1, NONE), '2026-11-25');
  t.equal(addWorkingDays('2026-11-24', 4, NONE), '2026-11-30');
  t.equal(addWorkingDays('2026-11-28', 1, NONE), '2026-11-30', 'from a Saturday');
  t.equal(addWorkingDays('2026-11-24', 20, NONE), '2026-12-22');
  t.equal(addWorkingDays('2026-11-24', 0, NONE), '2026-11-24');
});

t.test('a holiday does not count, a day of work that makes up for it does', async (t) => {
  t.equal(addWorkingDays('2026-02-12', 1, FESTIVAL), '2026-02-13');
  t.equal(addWorkingDays('2026-02-12', 2, FESTIVAL), '2026-02-14', 'a Saturday that is worked');
  t.equal(addWorkingDays('2026-02-12', 3, FESTIVAL), '2026-02-24', 'the first day after the festival');
  t.equal(addWorkingDays('2026-02-26', 2, FESTIVAL), '2026-02-28');
});

t.test('whatever the calendar, so many working days lie between', async (t) => {
  const day = fc.integer({ min: 0, max: 700 }).map((n) => addDays('2026-01-01', n));
  const calendar = fc.record({ holidays: fc.uniqueArray(day), workdays: fc.uniqueArray(day) }).map((days) => ({
    holidays: new Set(days.holidays),
    workdays: new Set(days.workdays),
  }));
  const property = fc.property(day, fc.integer({ min: 1, max: 40 }), calendar, (from, count, days) => {
    const due = addWorkingDays(from, count, days);
    const between: string[] = [];
    for (let at = addDays(from, 1); at <= due; at = addDays(at, 1)) between.push(at);
    return isWorkingDay(due, days) && between.filter((one) => isWorkingDay(one, days)).length === count;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }));
});

t.test('days are those of China', async (t) => {
  t.equal(dayOf(new Date('2026-11-24T15:59:59Z')), '2026-11-24');
  t.equal(dayOf(new Date('2026-11-24T16:00:00Z')), '2026-11-25');
});

t.test('a year on is the same date, of a leap day the last of the month', async (t) => {
  t.equal(addYear('2026-11-24'), '2027-11-24');
  t.equal(addYear('2028-02-29'), '2029-02-28');
});

t.test('a text that looks like a day and is none is found', async (t) => {
  for (const text of ['2026-02-30', '2026-13-01', '2026-00-10', '0000-01-01', '26-01-01', 'x'])
    t.notOk(isDay(text), text);
  t.ok(isDay('2028-02-29'));
});

t.test('what is wrong with a list of holidays is named', async (t) => {
  const of =
    (holidays: string[], workdays: string[] = []) =>
    () =>
      assertHolidays(2026, { holidays, workdays });
  t.doesNotThrow(of(['2026-10-01', '2026-10-03'], ['2026-10-10']));
  t.throws(of(['2026-10-01', '2027-01-01']), { code: 'BAD_REQUEST', at: 'holidays[1]', message: /no day of 2026/ });
  t.throws(of(['2026-02-30']), { at: 'holidays[0]', message: /no day of 2026/ });
  t.throws(of(['2026-10-10'], ['2026-10-10']), { at: 'workdays[0]', message: /twice/ });
  t.throws(of([], ['2026-10-09']), { at: 'workdays[0]', message: /no Saturday or Sunday/ });
});
