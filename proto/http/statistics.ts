import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** Hours, days or prefixes an answer. */
export const MAX_STATISTICS = 1000;

/** How long something took, in milliseconds; null: nothing was timed. Moments are RFC 3339, UTC. */
const Latency = Type.Object({
  average: Type.Union([Type.Number(), Type.Null()]),
  max: Type.Union([Type.Number(), Type.Null()]),
  maxAt: Type.Union([Type.String(), Type.Null()]),
  min: Type.Union([Type.Number(), Type.Null()]),
  minAt: Type.Union([Type.String(), Type.Null()]),
});

export const StatisticsRow = Type.Object({
  /** When the hour or the day begins; absent by prefix. */
  at: Type.Optional(Type.String()),
  /** By prefix alone; "" of no prefix that is known here. */
  prefix: Type.Optional(Type.String()),
  /** Resolutions, and how they ended. */
  requests: Type.Integer(),
  found: Type.Integer(),
  referral: Type.Integer(),
  absent: Type.Integer(),
  withdrawn: Type.Integer(),
  failed: Type.Integer(),
  /** New identifiers, later versions, new prefixes. */
  registered: Type.Integer(),
  changed: Type.Integer(),
  allotted: Type.Integer(),
  resolving: Latency,
  registering: Latency,
});
export type StatisticsRow = Static<typeof StatisticsRow>;

/** `GET /api/v1/statistics`. */
export const Statistics = Type.Object({
  from: Type.String(),
  to: Type.String(),
  rows: Type.Array(StatisticsRow),
  /** By prefix: `after` of the next page; absent on the last. */
  next: Type.Optional(Type.String()),
});
export type Statistics = Static<typeof Statistics>;

export const getStatistics = operation({
  id: 'getStatistics',
  method: 'GET',
  path: '/api/v1/statistics',
  permission: 'node.watch',
  tag: 'Statistics',
  summary: 'Resolutions and registrations by hour, by day in China, or by prefix',
  query: {
    prefix: parameter.word('The subtree; absent: all that the node answers'),
    from: parameter.moment('Hours that begin at this moment or later; absent: a day before `to`'),
    to: parameter.moment('Hours that begin before this moment; absent: now'),
    by: parameter.word('`hour` (the default), `day` or `prefix`'),
    after: parameter.word('By prefix: `next` of the page before'),
    limit: parameter.whole('By prefix: rows a page', MAX_STATISTICS),
  },
  answers: { 200: { text: 'Hours, days or prefixes in which something happened', schema: Statistics } },
});
