import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** Entries a page. */
export const MAX_FEED_PAGE = 500;
/** Seconds that an answer may be held back until there is something new. */
export const MAX_FEED_WAIT = 25;
/** Prefixes that a comparison leaves out. */
export const MAX_EXCEPTIONS = 100;

/** What a node's catalogue says of one identifier: public metadata alone. */
export const FeedEntry = Type.Object({
  seq: Type.Integer(),
  prefix: Type.String(),
  /** The suffix as its prefix compares it. */
  suffixKey: Type.String(),
  /** As it was first spelled. */
  identifier: Type.String(),
  version: Type.Integer(),
  status: Type.Union([Type.Literal('active'), Type.Literal('tombstone')]),
  successor: Type.Optional(Type.String()),
  template: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  values: Type.Array(Type.Unknown()),
  updatedAt: Type.String(),
  /** "": the node's own; else the delegated prefix whose node told of it. */
  source: Type.String(),
});
export type FeedEntry = Static<typeof FeedEntry>;

export const FeedPage = Type.Object({
  /** Which catalogue this is: another one counts from its own beginning. */
  feed: Type.String(),
  entries: Type.Array(FeedEntry),
  /** The newest seq. */
  head: Type.Integer(),
  /** Where to go on: `after` of the next page. */
  next: Type.Integer(),
  /** Changes when a prefix is suspended, revoked or resumed: their entries leave the feed, or come back, without a seq. */
  withdrawn: Type.String(),
});
export type FeedPage = Static<typeof FeedPage>;

/** `digest` is the sum of the digests of a bucket's entries, modulo 2^64, in decimal. */
export const FeedDigests = Type.Object({
  feed: Type.String(),
  head: Type.Integer(),
  buckets: Type.Record(Type.String(), Type.Object({ count: Type.Integer(), digest: Type.String() })),
});
export type FeedDigests = Static<typeof FeedDigests>;

export const FeedBucket = Type.Object({
  feed: Type.String(),
  entries: Type.Array(FeedEntry),
  /** `after` of the next page; absent on the last one. */
  next: Type.Optional(Type.String()),
});
export type FeedBucket = Static<typeof FeedBucket>;

const tag = 'Feed';
const permission = 'feed.read';
const subtree = {
  prefix: parameter.word('The subtree to compare'),
  except: parameter.word(`Prefixes to leave out, with all below them, separated by slashes; up to ${MAX_EXCEPTIONS}`),
};

export const getFeed = operation({
  id: 'getFeed',
  method: 'GET',
  path: '/api/v1/feed',
  permission,
  tag,
  summary: 'What has changed in the catalogue, in the order of the changes',
  query: {
    after: parameter.word('The seq up to which the caller knows all; 0 from the beginning'),
    feed: parameter.word('The catalogue that `after` was read from; 410 when this is another one'),
    withdrawn: parameter.word('The mark of the page before: with another one there is no waiting'),
    limit: parameter.whole('Entries a page', MAX_FEED_PAGE),
    wait: parameter.whole('Seconds to wait for something new before an empty page is sent', MAX_FEED_WAIT),
  },
  answers: { 200: { text: 'A page', schema: FeedPage } },
});

export const getFeedDigests = operation({
  id: 'getFeedDigests',
  method: 'GET',
  path: '/api/v1/feed/digests',
  permission,
  tag,
  summary: 'Counts and digests of 256 parts of a subtree, to find what two nodes do not agree on',
  query: subtree,
  answers: { 200: { text: 'By the number of the bucket; empty ones are left out', schema: FeedDigests } },
});

export const getFeedBucket = operation({
  id: 'getFeedBucket',
  method: 'GET',
  path: '/api/v1/feed/buckets/{bucket}',
  permission,
  tag,
  summary: 'The entries of one of these parts, by prefix and suffix',
  query: {
    ...subtree,
    after: parameter.word('`next` of the page before'),
    limit: parameter.whole('Entries a page', MAX_FEED_PAGE),
  },
  answers: { 200: { text: 'A page', schema: FeedBucket } },
});
