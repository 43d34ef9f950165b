import type { FeedBucket, FeedDigests } from '../../proto/http/feed.ts';
import type { Queryable, Row } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import {
  ENTRY_COLUMNS,
  type EntryRow,
  entryOf,
  MAX_PAGE_BYTES,
  NOT_WITHDRAWN,
  readFeedState,
  within,
} from './feed-page.ts';

/** What two nodes compare: a subtree without some subtrees of it. */
export interface Subtree {
  readonly prefix: Prefix;
  readonly except: readonly Prefix[];
}

export type BucketDigest = FeedDigests['buckets'][string];

// Sums of 64-bit numbers are exact in numeric; a sum does not depend on the order, and unlike an exclusive or it tells two
// equal rows from none.
export const SUM = `bucket, count(*)::int as count, mod(mod(sum(digest), 18446744073709551616) + 18446744073709551616,
  18446744073709551616)::text as digest`;

const SERVED = `(c.prefix = $1::text or starts_with(c.prefix, $1 || '.')) and not ${within('$2')}`;

const DIGESTS = {
  name: 'feed_digests',
  text: `select ${SUM} from catalogue c where ${SERVED} and ${NOT_WITHDRAWN} group by bucket`,
};

const HELD = {
  name: 'mirror_digests',
  text: `select ${SUM} from catalogue c where c.source = $1 group by bucket`,
};

export type DigestRow = BucketDigest & Row & { readonly bucket: number };

/** The digests of what this node serves. */
export async function readFeedDigests(database: Queryable, { prefix, except }: Subtree): Promise<FeedDigests> {
  const { feed, head } = await readFeedState(database);
  return { feed, head, buckets: byBucket(await database.query<DigestRow>(DIGESTS, [prefix, except])) };
}

/** The digests of what this node holds from one source. */
export async function readHeldDigests(database: Queryable, source: Prefix): Promise<FeedDigests['buckets']> {
  return byBucket(await database.query<DigestRow>(HELD, [source]));
}

export function byBucket(rows: readonly DigestRow[]): FeedDigests['buckets'] {
  return Object.fromEntries(rows.map(({ bucket, count, digest }) => [bucket, { count, digest }]));
}

const BUCKET = {
  name: 'feed_bucket',
  text: `select p.* from (
      select ${ENTRY_COLUMNS}, sum(octet_length(c.record::text)) over (order by c.prefix, c.suffix_key) as bytes,
        row_number() over (order by c.prefix, c.suffix_key) as place
      from (
        select * from catalogue c
        where c.source in (select '' union all select prefix from mirrors) and c.bucket = $3
          and ${SERVED} and ${NOT_WITHDRAWN} and (c.prefix, c.suffix_key) > ($4, $5)
        order by c.prefix, c.suffix_key limit $6
      ) c
    ) p
    where p.bytes <= ${MAX_PAGE_BYTES} or p.place = 1
    order by p.place`,
};

export interface BucketQuery extends Subtree {
  readonly bucket: number;
  /** The key of the last entry of the page before. */
  readonly after: { readonly prefix: string; readonly suffixKey: string };
  readonly limit: number;
}

/** A page of one bucket; without `next` it is the last one. */
export async function readFeedBucket(database: Queryable, query: BucketQuery): Promise<FeedBucket> {
  const { prefix, except, bucket, after, limit } = query;
  const { feed } = await readFeedState(database);
  const values = [prefix, except, bucket, after.prefix, after.suffixKey, limit];
  const entries = (await database.query<EntryRow>(BUCKET, values)).map(entryOf);
  const last = entries.at(-1);
  return { feed, entries, ...(last === undefined ? {} : { next: `${last.prefix}/${last.suffixKey}` }) };
}
