import type { FeedBucket, FeedDigests, FeedPage } from '../../../proto/http/feed.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { BUCKETS } from '../digest.ts';

/** More than a node sends, and few enough to hold. */
const MAX_ENTRIES = 1_000;

/** Whether an answer of another node is a page after this position. Its entries are looked at one by one, later. */
export function assertPage(page: unknown, after: number): asserts page is FeedPage {
  const { feed, entries, head, next, withdrawn } = objectOf<FeedPage>(page);
  const ok = isText(feed) && isList(entries) && isWhole(head) && isWhole(next) && isText(withdrawn) && next >= after;
  if (!ok) throw invalid('page of a feed');
}

export function assertDigests(digests: unknown): asserts digests is FeedDigests {
  const { feed, head, buckets } = objectOf<FeedDigests>(digests);
  const ok =
    isText(feed) &&
    isWhole(head) &&
    typeof buckets === 'object' &&
    buckets !== null &&
    Object.entries(buckets).every(
      ([bucket, each]) =>
        /^\d{1,3}$/.test(bucket) && Number(bucket) < BUCKETS && isWhole(each?.count) && isText(each?.digest),
    );
  if (!ok) throw invalid('list of digests');
}

export function assertBucket(page: unknown): asserts page is FeedBucket {
  const { feed, entries, next } = objectOf<FeedBucket>(page);
  if (!isText(feed) || !isList(entries) || !(next === undefined || (typeof next === 'string' && next.length <= 4_096)))
    throw invalid('bucket of a feed');
}

function objectOf<T>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= MAX_ENTRIES;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function invalid(what: string): KapokError {
  return new KapokError('UPSTREAM_INVALID', { message: `It sent no ${what}` });
}
