import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** Rows a page. */
export const MAX_REPORT_PAGE = 1000;

const Cell = Type.Union([
  Type.String(),
  Type.Number(),
  Type.Null(),
  Type.Array(Type.Object({ network: Type.String(), requests: Type.Integer() })),
]);

/** A table of a report, ready for the authority's form. */
export const Report = Type.Object({
  title: Type.String(),
  /** The headings of the form, by the names of the columns. */
  columns: Type.Record(Type.String(), Type.String()),
  rows: Type.Array(Type.Record(Type.String(), Cell)),
  /** `after` of the next page; absent on the last one. */
  next: Type.Optional(Type.String()),
});
export type Report = Static<typeof Report>;

const tag = 'Statistics';
const permission = 'node.watch';
const csv = { 200: { text: 'All rows, under the headings of the form', type: 'text/csv' } };
const table = parameter.word(
  '`T3` (the default): the node; `T8`: each prefix below; `monitoring`: how long things took',
);
const day = parameter.word('Such as 2026-11-24; absent: yesterday');
const month = parameter.word('The last of the six, such as 2026-11; absent: the month before this one');

export const getDailyReport = operation({
  id: 'getDailyReport',
  method: 'GET',
  path: '/api/v1/reports/daily',
  permission,
  tag,
  summary: 'A day in China, as the tables T3 and T8 and items 1 to 12 of the monitoring ask for it',
  query: {
    table,
    day,
    after: parameter.word('Of T8: `next` of the page before'),
    limit: parameter.whole('Of T8: rows a page', MAX_REPORT_PAGE),
  },
  answers: { 200: { text: 'The table', schema: Report } },
});

export const getMonthlyReport = operation({
  id: 'getMonthlyReport',
  method: 'GET',
  path: '/api/v1/reports/monthly',
  permission,
  tag,
  summary: 'Six months of the node: availability, how long things took, hours of operation',
  query: { month },
  answers: { 200: { text: 'The table', schema: Report } },
});

export const exportDailyReport = operation({
  id: 'exportDailyReport',
  method: 'GET',
  path: '/api/v1/reports/daily.csv',
  permission,
  tag,
  summary: 'The same as CSV',
  query: { table, day },
  answers: csv,
});

export const exportMonthlyReport = operation({
  id: 'exportMonthlyReport',
  method: 'GET',
  path: '/api/v1/reports/monthly.csv',
  permission,
  tag,
  summary: 'The same as CSV',
  query: { month },
  answers: csv,
});
