import { MAX_EXCEPTIONS } from '../../../proto/http/feed.ts';
import type { Database, Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Catalogue } from '../catalogue.ts';
import type { CatalogueEntry, CatalogueKey } from '../catalogue-entry.ts';
import { catalogueRowOf } from '../catalogue-row.ts';
import { BUCKETS, bucketOf } from '../digest.ts';
import { readHeldDigests } from '../feed-digests.ts';
import { applyTheirs } from './apply-theirs.ts';
import type { FeedClient } from './feed-client.ts';
import { agreeMirror, isTheirs, lockMirror, type MirrorState, readBelow } from './mirror-state.ts';
import { parseEntries } from './parse-entry.ts';

/** Rows of a bucket that are held while it is compared. */
const MAX_BUCKET = 200_000;
/** Entries a transaction. */
const BATCH = 500;

export interface Repairs {
  /** Rows that were missing, that said something else, and that should not have been there. */
  added: number;
  changed: number;
  removed: number;
}

export interface Reconciling {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly client: FeedClient;
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly onRefused: (prefix: Prefix, items: readonly unknown[]) => void;
  /** One transaction of the mirrors at a time. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Compares what is held of a node with what it says now, and puts right what differs. Nothing else applies its entries
 * meanwhile, so the node's word is never older than what is held: it counts also where its version is lower, as after a
 * restored backup. Null when another process has gone on.
 */
export async function reconcile(state: MirrorState, options: Reconciling): Promise<Repairs | null> {
  const { database, client, signal, alone } = options;
  const { prefix } = state;
  const below = await readBelow(database, prefix);
  const subtree = { prefix, except: below.slice(0, MAX_EXCEPTIONS) };
  const theirs = await client.getDigests(subtree, signal);
  const held = await readHeldDigests(database, prefix);
  const repairs = { added: 0, changed: 0, removed: 0 };
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const [a, b] = [theirs.buckets[bucket], held[bucket]];
    if ((a?.count ?? 0) === (b?.count ?? 0) && (a?.digest ?? '0') === (b?.digest ?? '0')) continue;
    const entries = a === undefined ? [] : await readBucket({ subtree, bucket }, options);
    const done = await repairBucket({ state, bucket, entries, repairs }, options);
    if (!done) return null;
  }
  const agreed = await alone(() =>
    database.transaction(async (tx) => {
      if ((await lockMirror(tx, state, options.holder)) === null) return false;
      // The numbers of the same catalogue go on where they were: what came after them is told once more.
      const isSame = state.feed === theirs.feed && state.cursor <= theirs.head;
      await agreeMirror(tx, { prefix, feed: theirs.feed, cursor: isSame ? state.cursor : theirs.head });
      return true;
    }),
  );
  return agreed ? repairs : null;
}

async function readBucket(
  { subtree, bucket }: { subtree: { prefix: Prefix; except: readonly Prefix[] }; bucket: number },
  { client, signal, onRefused }: Reconciling,
): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await client.getBucket(subtree, { bucket, after }, signal);
    const parsed = parseEntries(page.entries, subtree.prefix);
    if (parsed.refused.length > 0) onRefused(subtree.prefix, parsed.refused);
    entries.push(...parsed.entries.filter((entry) => bucketOf(entry) === bucket));
    after = page.next === after || entries.length > MAX_BUCKET ? undefined : page.next;
  }
  return entries;
}

interface Bucket {
  readonly state: MirrorState;
  readonly bucket: number;
  readonly entries: readonly CatalogueEntry[];
  readonly repairs: Repairs;
}

const HELD = {
  name: 'mirror_bucket',
  text: `select prefix, suffix_key as "suffixKey", version, digest::text as digest from catalogue
    where source = $1 and bucket = $2`,
};

type HeldRow = CatalogueKey & { readonly version: number; readonly digest: string } & Record<string, unknown>;

async function repairBucket({ state, bucket, entries, repairs }: Bucket, options: Reconciling): Promise<boolean> {
  const { database, catalogue, holder, alone, onRefused } = options;
  const { prefix: source } = state;
  const rows = await database.query<HeldRow>(HELD, [source, bucket]);
  const held = new Map(rows.map((row) => [keyOf(row), row]));
  const news = entries.filter((entry) => held.get(keyOf(entry))?.digest !== catalogueRowOf(entry).digest);
  const told = new Set(entries.map(keyOf));
  const surplus = rows.filter((row) => !told.has(keyOf(row)));
  // A version goes back nowhere but here: the row is taken out, so that the catalogue takes the older one.
  const older = news.filter((entry) => entry.version < (held.get(keyOf(entry))?.version ?? 0));
  const step = (work: (tx: Queryable, below: Prefix[]) => Promise<unknown>) =>
    alone(() =>
      database.transaction(async (tx) => {
        const below = await lockMirror(tx, state, holder);
        if (below !== null) await work(tx, below);
        return below !== null;
      }),
    );
  for (const keys of batches([...surplus, ...older])) {
    if (!(await step((tx) => catalogue.remove(tx, source, keys)))) return false;
  }
  const refused = new Set<CatalogueEntry>();
  for (const some of batches(news)) {
    const theirs = (below: Prefix[]) => some.filter(({ prefix }) => isTheirs(prefix, source, below));
    let left: readonly CatalogueEntry[] = [];
    const done = await step(async (tx, below) => {
      left = (await applyTheirs(tx, catalogue, theirs(below))).refused;
    });
    if (!done) return false;
    if (left.length > 0) onRefused(source, left);
    for (const entry of left) refused.add(entry);
  }
  repairs.removed += surplus.length;
  for (const entry of news) if (!refused.has(entry)) repairs[held.has(keyOf(entry)) ? 'changed' : 'added']++;
  return true;
}

function batches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH));
}

function keyOf({ prefix, suffixKey }: CatalogueKey): string {
  return `${prefix}/${suffixKey}`;
}
