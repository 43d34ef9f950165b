import type { Queryable, Row } from '../../database/database.ts';
import { isUnder, type Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';

/** A process that follows a node says so again within this time, in seconds; otherwise another process takes over. */
export const HELD_FOR = 10;

/** How far one node has been followed. */
export interface MirrorState {
  readonly prefix: Prefix;
  readonly site: Site;
  /** The catalogue that `cursor` is of; null: not known. */
  readonly feed: string | null;
  readonly cursor: number;
  readonly withdrawn: string;
  /** Seconds since the digests agreed; null: they are to be compared. */
  readonly agreedFor: number | null;
}

// Another process that holds it is left alone. A delegation to another site begins anew: numbers there mean something else.
const TAKE = {
  name: 'mirror_take',
  text: `with delegation as (
      select prefix, site, md5(site::text) as mark from prefixes
      where prefix = $1 and status = 'active' and site is not null
    ), taken as (
      insert into mirrors (prefix, site, holder, held_until)
      select prefix, mark, $2, clock_timestamp() + make_interval(secs => ${HELD_FOR}) from delegation
      on conflict (prefix) do update set site = excluded.site, holder = excluded.holder, held_until = excluded.held_until,
        feed = case when mirrors.site = excluded.site then mirrors.feed end,
        cursor = case when mirrors.site = excluded.site then mirrors.cursor else 0 end,
        reconciled_at = case when mirrors.site = excluded.site then mirrors.reconciled_at end
      where mirrors.holder is null or mirrors.holder = $2 or mirrors.held_until < clock_timestamp()
      returning prefix, feed, cursor, withdrawn, extract(epoch from now() - reconciled_at)::float8 as "agreedFor"
    )
    select t.prefix, d.site, t.feed, t.cursor, t.withdrawn, t."agreedFor" from taken t join delegation d using (prefix)`,
};

/** The state of a delegation that this process may follow; null when another does, or there is none. */
export async function takeMirror(
  database: Queryable,
  { prefix, holder }: { prefix: Prefix; holder: string },
): Promise<MirrorState | null> {
  const [row] = await database.query<MirrorState & Row>(TAKE, [prefix, holder]);
  return row ?? null;
}

const RENEW = {
  name: 'mirror_renew',
  text: `update mirrors set held_until = clock_timestamp() + make_interval(secs => ${HELD_FOR}) where holder = $1`,
};

export async function renewMirrors(database: Queryable, holder: string): Promise<void> {
  await database.query(RENEW, [holder]);
}

/** Lets other processes go on at once. */
export async function releaseMirrors(database: Queryable, holder: string): Promise<void> {
  await database.query('update mirrors set holder = null, held_until = null where holder = $1', [holder]);
}

// The row of the prefix is locked, so that a delegation cannot end between this and the commit.
const LOCK = {
  name: 'mirror_lock',
  text: `select p.prefix from prefixes p join mirrors m on m.prefix = p.prefix
    where p.prefix = $1 and p.status = 'active' and md5(p.site::text) = m.site
      and m.holder = $2 and m.cursor = $3 and m.feed is not distinct from $4
    for update of m for share of p`,
};
const BELOW = {
  name: 'mirror_below',
  text: `select prefix from prefixes where starts_with(prefix, $1 || '.') order by prefix`,
};

/**
 * Begins a step in a transaction: nobody else has made one since the state was read. Answers with the prefixes below that
 * this node knows to be its own or another's; null when the state is no longer so.
 */
export async function lockMirror(
  tx: Queryable,
  { prefix, cursor, feed }: MirrorState,
  holder: string,
): Promise<Prefix[] | null> {
  if ((await tx.query(LOCK, [prefix, holder, cursor, feed])).length === 0) return null;
  return readBelow(tx, prefix);
}

export async function readBelow(tx: Queryable, prefix: Prefix): Promise<Prefix[]> {
  const rows = await tx.query<{ prefix: Prefix }>(BELOW, [prefix]);
  // What lies below one of these lies below it already.
  const tops: Prefix[] = [];
  for (const { prefix: below } of rows) if (!tops.some((top) => isUnder(below, top))) tops.push(below);
  return tops;
}

/** Whether entries of a prefix are the followed node's to tell. */
export function isTheirs(prefix: Prefix, source: Prefix, below: readonly Prefix[]): boolean {
  return isUnder(prefix, source) && !below.some((other) => isUnder(prefix, other));
}

const MOVE = {
  name: 'mirror_move',
  text: `update mirrors set feed = $2, cursor = $3, reconciled_at = case when withdrawn = $4 then reconciled_at end,
    withdrawn = $4, failures = 0, last_error = null, updated_at = now() where prefix = $1`,
};

/** The step is applied up to here. What was withdrawn or resumed there has no seq: it asks for a comparison. */
export async function moveMirror(
  tx: Queryable,
  { prefix, feed, cursor, withdrawn }: Pick<MirrorState, 'prefix' | 'feed' | 'cursor' | 'withdrawn'>,
): Promise<void> {
  await tx.query(MOVE, [prefix, feed, cursor, withdrawn]);
}

/** The digests agreed, or were made to, with this catalogue. */
export async function agreeMirror(
  tx: Queryable,
  { prefix, feed, cursor }: Pick<MirrorState, 'prefix' | 'feed' | 'cursor'>,
): Promise<void> {
  const text = `update mirrors set feed = $2, cursor = $3, reconciled_at = now(), failures = 0, last_error = null,
    updated_at = now() where prefix = $1`;
  await tx.query({ name: 'mirror_agree', text }, [prefix, feed, cursor]);
}

export async function failMirror(database: Queryable, prefix: Prefix, message: string): Promise<void> {
  const text = `update mirrors set failures = failures + 1, last_error = $2, updated_at = now() where prefix = $1`;
  await database.query({ name: 'mirror_fail', text }, [prefix, message.slice(0, 500)]);
}
