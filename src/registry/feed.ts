import type { Queryable } from '../database/database.ts';
import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';

/** One committed change of this node. */
export type Change =
  | { readonly seq: number; readonly kind: 'record'; readonly key: IdentifierKey; readonly version: number }
  | { readonly seq: number; readonly kind: 'prefix'; readonly prefix: Prefix; readonly version: number };

/** Changes a page. */
export const FEED_PAGE = 5_000;

// A block that begins before the cursor is cut. Plan, at 1 M changes in blocks of 2,000: an index scan that stops after the
// blocks of one page, sorted block by block; 3.5 ms and 22 buffers.
const AFTER = {
  name: 'feed_after',
  text: `select b.seq - b.size + c.n::int as seq, b.prefix, c.suffix_key, c.version
    from changes b, unnest(b.suffix_keys, b.versions) with ordinality as c(suffix_key, version, n)
    where b.seq > $1 and b.seq - b.size + c.n > $1
    order by b.seq, c.n limit ${FEED_PAGE}`,
};

/** The changes after number `seq`, in the order of their commits, at most FEED_PAGE. */
export async function readFeed(database: Queryable, seq: number): Promise<Change[]> {
  type ChangeRow = { seq: number; prefix: Prefix; suffix_key: string | null; version: number };
  const rows = await database.query<ChangeRow>(AFTER, [seq]);
  return rows.map(({ seq, prefix, suffix_key, version }) =>
    suffix_key === null
      ? { seq, kind: 'prefix', prefix, version }
      : { seq, kind: 'record', key: `${prefix}/${suffix_key}` as IdentifierKey, version },
  );
}

export interface NodeIdentity {
  readonly id: string;
  readonly feedHead: number;
}

export async function readNode(database: Queryable): Promise<NodeIdentity> {
  const [row] = await database.query<{ id: string; feed_head: number }>('select id, feed_head from node');
  if (row === undefined) throw new Error('The table "node" is empty');
  return { id: row.id, feedHead: row.feed_head };
}
