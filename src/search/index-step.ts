import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { type Change, readFeed } from '../registry/feed.ts';
import type { Catalogue } from './catalogue.ts';
import type { CatalogueKey } from './catalogue-entry.ts';
import { readAhead } from './index-ahead.ts';
import { readOwn, readOwnPrefix } from './own-records.ts';

/** Records a transaction: 50 ms of work, so that nobody waits long for the catalogue, and the commit costs little of it. */
const BATCH = 250;
/** Rows a transaction where rows only go. */
const REMOVED = 2_000;

/** How far the catalogue shows this node's changes. */
interface State {
  readonly cursor: number;
  /** How far the prefix whose change comes next has been read anew; null: not begun. */
  readonly refilled: string | null;
  /** Up to where small changes are shown that stand behind large ones. */
  readonly ahead: number;
}

type Place = Pick<State, 'cursor' | 'refilled'>;

export interface IndexStepOptions {
  readonly catalogue: Catalogue;
  /** The process that indexes. */
  readonly holder: string;
  /** The changes after a number, as `readFeed` answers. */
  readonly changesAfter: (tx: Queryable, seq: number) => Promise<readonly Change[]>;
}

/**
 * One step of following the node's own changes, in one transaction with the cursor. Answers with the state after it; null
 * when another process does this at the moment, or there is nothing to do.
 */
export async function indexStep(tx: Queryable, options: IndexStepOptions): Promise<Place | null> {
  const state = await takeState(tx, options.holder);
  if (state === null) return null;
  const changes = await options.changesAfter(tx, state.cursor);
  const [first] = changes;
  if (first === undefined) return null;
  const next =
    first.kind === 'prefix'
      ? await followPrefix(tx, first, { ...options, state })
      : await followRecords(tx, changes, options);
  const ahead = changes.length > BATCH ? await followAhead(tx, state, options) : state.ahead;
  await tx.query(KEEP, [next.cursor, next.refilled, options.holder, ahead]);
  return next;
}

async function followAhead(
  tx: Queryable,
  { cursor, ahead }: State,
  { catalogue }: IndexStepOptions,
): Promise<State['ahead']> {
  const { keys, seq } = await readAhead(tx, Math.max(cursor, ahead));
  if (keys.length > 0) await catalogue.apply(tx, await readOwn(tx, keys));
  return seq;
}

// Skipped when another holds it; the rest between two steps is far shorter than the time for which a holder is waited for.
const TAKE = {
  name: 'index_take',
  text: `select cursor, refilled, ahead from catalogue_cursor where holder is null or holder = $1 or held_until < clock_timestamp()
    for update skip locked`,
};
const KEEP = {
  name: 'index_keep',
  text: `update catalogue_cursor set cursor = $1, refilled = $2, holder = $3, ahead = $4, held_until = clock_timestamp() + interval '5 s'`,
};

async function takeState(tx: Queryable, holder: string): Promise<State | null> {
  const [row] = await tx.query<State & Record<string, unknown>>(TAKE, [holder]);
  return row ?? null;
}

async function followRecords(
  tx: Queryable,
  changes: readonly Change[],
  { catalogue }: IndexStepOptions,
): Promise<Place> {
  const keys = new Map<string, CatalogueKey>();
  let cursor = 0;
  for (const change of changes) {
    if (change.kind === 'prefix' || keys.size === BATCH) break;
    const slash = change.key.indexOf('/');
    keys.set(change.key, { prefix: change.key.slice(0, slash) as Prefix, suffixKey: change.key.slice(slash + 1) });
    cursor = change.seq;
  }
  await catalogue.apply(tx, await readOwn(tx, [...keys.values()]));
  return { cursor, refilled: null };
}

/**
 * A prefix that was delegated away loses its own rows: they come back from its node. One that is answered here loses what
 * another node told of it, and is read anew by the change with which it came back, whatever is held of it: while it was away,
 * rows were removed or taken over, changes of its records passed over, and each of that perhaps in part.
 */
async function followPrefix(
  tx: Queryable,
  { prefix, seq, version }: Change & { kind: 'prefix' },
  { catalogue, state }: IndexStepOptions & { state: State },
): Promise<Place> {
  const done = { cursor: seq, refilled: null };
  const text = 'select site is null as hosted, returned from prefixes where prefix = $1';
  const [entry] = await tx.query<{ hosted: boolean; returned: number | null }>({ name: 'index_prefix', text }, [
    prefix,
  ]);
  if (entry === undefined) return done;
  if (!entry.hosted) {
    const gone = await catalogue.removeSome(tx, '', { prefix, limit: REMOVED });
    return gone < REMOVED ? done : state;
  }
  const theirs = await catalogue.removeSome(tx, prefix, { limit: REMOVED });
  if (theirs === REMOVED) return state;
  if (entry.returned !== version) return done;
  const entries = await readOwnPrefix(tx, prefix, { after: state.refilled ?? '', limit: BATCH });
  await catalogue.apply(tx, entries);
  const last = entries.at(-1);
  return entries.length < BATCH || last === undefined ? done : { cursor: state.cursor, refilled: last.suffixKey };
}

/** Keeps the page of the feed that steps are working through: it holds twenty steps' worth. */
export function feedPages(): IndexStepOptions['changesAfter'] {
  let page: readonly Change[] = [];
  return async (tx, seq) => {
    const at = page.findIndex((change) => change.seq > seq);
    const follows = at === 0 ? page[0]?.seq === seq + 1 : at > 0 && page[at - 1]?.seq === seq;
    if (!follows) page = await readFeed(tx, seq);
    else if (at > 0) page = page.slice(at);
    return page;
  };
}
