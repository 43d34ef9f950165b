import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** Entries a page. */
export const MAX_STREAM_PAGE = 500;

/** T2 the node's own site, T3 its days, T6 organisations, T7 sites of prefixes, T8 days of prefixes, T11 metadata templates. */
export const REPORT_KINDS = ['T2', 'T3', 'T6', 'T7', 'T8', 'T11'] as const;

export const StreamEntry = Type.Object({
  seq: Type.Integer(),
  kind: Type.String(),
  prefix: Type.String(),
  /** With kind and prefix the name of the entry; "" where there is one alone. */
  key: Type.String(),
  version: Type.Integer(),
  data: Type.Unknown(),
});
export type StreamEntry = Static<typeof StreamEntry>;

export const StreamPage = Type.Object({
  /** Which stream this is: another one counts from its own beginning. */
  stream: Type.String(),
  entries: Type.Array(StreamEntry),
  head: Type.Integer(),
  /** `after` of the next page. */
  next: Type.Integer(),
});
export type StreamPage = Static<typeof StreamPage>;

export const StreamDigests = Type.Object({
  stream: Type.String(),
  /** Sums of digests modulo 2^64, by bucket. */
  buckets: Type.Record(Type.String(), Type.Object({ count: Type.Integer(), digest: Type.String() })),
});
export type StreamDigests = Static<typeof StreamDigests>;

const tag = 'Statistics';
const permission = 'feed.read';

export const getReportStream = operation({
  id: 'getReportStream',
  method: 'GET',
  path: '/api/v1/reports/stream',
  permission,
  tag,
  summary: 'Sites, organisations, templates and statistics as they change, for the node above',
  query: {
    after: parameter.word('The seq up to which the caller knows all; 0 from the beginning'),
    stream: parameter.word('The stream that `after` was read from; 410 when this is another one'),
    bucket: parameter.word('Only entries of this part, 0 to 255'),
    limit: parameter.whole('Entries a page', MAX_STREAM_PAGE),
  },
  answers: { 200: { text: 'A page', schema: StreamPage } },
});

export const getReportDigests = operation({
  id: 'getReportDigests',
  method: 'GET',
  path: '/api/v1/reports/stream/digests',
  permission,
  tag,
  summary: 'Counts and digests of 256 parts of the stream below a prefix, to find what two nodes do not agree on',
  query: { prefix: parameter.word('The subtree to compare') },
  answers: { 200: { text: 'By the number of the bucket; empty ones are left out', schema: StreamDigests } },
});
