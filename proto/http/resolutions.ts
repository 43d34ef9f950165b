import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** One in so many at most. */
export const MAX_SAMPLE = 1_000_000;
/** Milliseconds between two lines that say how the stream stands. */
export const STANDING_EVERY = 1_000;

/** One resolution. Who asked is not told: no node keeps, or shows, who reads what. */
export const ResolutionLine = Type.Object({
  time: Type.String(),
  /** As it was asked for, or as it is registered. */
  identifier: Type.String(),
  prefix: Type.String(),
  /** `found`, `referral`, `absent`, `withdrawn` or `failed`. */
  outcome: Type.String(),
  /** Where the answer came from, or was looked for in vain. */
  layer: Type.String(),
  milliseconds: Type.Number(),
});
export type ResolutionLine = Static<typeof ResolutionLine>;

/** How the stream stands: the first line, then one a second, and the last. */
export const StandingLine = Type.Object({
  time: Type.String(),
  /** Resolutions that were to be told and were left out, from the beginning on: the reader was too slow for them, or the node. */
  dropped: Type.Integer(),
});
export type StandingLine = Static<typeof StandingLine>;

export const streamResolutions = operation({
  id: 'streamResolutions',
  method: 'GET',
  path: '/api/v1/resolutions/stream',
  permission: 'node.watch',
  tag: 'Statistics',
  summary: 'Resolutions as they happen',
  query: {
    prefix: parameter.word('The subtree; absent: all that the node answers'),
    sample: parameter.whole('One in so many; absent: each', MAX_SAMPLE),
    until: parameter.moment('When it ends; absent, or later: after an hour'),
  },
  answers: { 200: { text: 'Lines of JSON: resolutions, and how the stream stands', type: 'application/x-ndjson' } },
});
