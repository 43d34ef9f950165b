import type { Queryable } from '../database/database.ts';
import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';

/** One committed change of this node. */
export type Change =
  | { readonly seq: number; readonly kind: 'record'; readonly key: IdentifierKey; readonly version: number }
  | { readonly seq: number; readonly kind: 'prefix'; readonly prefix: Prefix; readonly version: number };

/** Changes a page. */
export const FEED_PAGE = 5_000;

const AFTER = {
  name: 'feed_after',
  text: `select seq, prefix, suffix_key, version from changes where seq > $1 order by seq limit ${FEED_PAGE}`,
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
