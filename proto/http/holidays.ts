import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

const days = Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), { maxItems: 366 });

/** `PUT /api/v1/holidays/{year}`: the days on which the authority does not work, and the weekend days on which it does. */
export const Holidays = Type.Object({ holidays: days, workdays: days }, { additionalProperties: false });
export type Holidays = Static<typeof Holidays>;

const tag = 'Filings';
const path = '/api/v1/holidays/{year}';

export const getHolidays = operation({
  id: 'getHolidays',
  method: 'GET',
  path,
  permission: 'public',
  tag,
  summary: 'The holidays and make-up working days of a year, from which deadlines are counted',
  answers: { 200: { text: 'The days; none where nobody has set them', schema: Holidays } },
});

export const putHolidays = operation({
  id: 'putHolidays',
  method: 'PUT',
  path,
  permission: 'filings.review',
  tag,
  summary: 'Set the holidays and make-up working days of a year',
  body: Holidays,
  answers: { 200: { text: 'The days', schema: Holidays } },
});
