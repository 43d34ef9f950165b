import type { IdentifierKey } from '../identifier/identifier.ts';
import { findLongestMatch, type Prefix } from '../identifier/prefix.ts';
import { Floors } from './floors.ts';
import { Marks } from './marks.ts';
import { type Counted, S3Fifo, use } from './s3-fifo.ts';

/** What a memory cache can hold: the value says its version, its place in the tree and its size. */
export interface Cacheable {
  readonly prefix: Prefix;
  /** 0: never existed. */
  readonly version: number;
  /** Said by this node: the change feed tells when its version is no longer the newest. */
  readonly own: boolean;
  /** That there is nothing: kept apart, so that questions for what is not there drive out nothing that is. */
  readonly negative: boolean;
  readonly bytes: number;
}

export interface Entry<V> extends Counted {
  readonly key: IdentifierKey;
  readonly value: V;
  readonly storedAt: number;
  /** Milliseconds of the epoch; after it the entry is only good as a stale answer. */
  freshUntil: number;
  /** It is being asked for anew, before its time is over. */
  renewing: boolean;
  /** Identifiers as they stand in paths, escaped or not, that lead to this entry without parsing. */
  spellings: readonly string[] | null;
  /** By which another node tells of its changes: a digest (RecentChanges), which identifiers of other letter case share. */
  mark: string | null;
}

/** Of what is put in, milliseconds of the epoch but for `begunAt`, which is what `begin` gave. */
export interface Moments {
  readonly begunAt: number;
  readonly now: number;
  readonly freshUntil: number;
}

const MAX_SPELLINGS = 4;
/** What an entry costs beside its value: map slots, list links, the entry and its answer (the heap of 100,000 records, on Node 20). */
const ENTRY_OVERHEAD = 600;
/** The share of what is negative. */
const NEGATIVE_SHARE = 1 / 8;
/** What a key costs that is remembered after its entry has left. */
const GHOST_OVERHEAD = 200;

/**
 * Answers in memory, bounded in bytes; what is used again stays (S3Fifo). An older version never replaces a newer one:
 * neither one that is held, nor one that the feed has announced (see Floors).
 */
export class MemoryCache<V extends Cacheable> {
  readonly #positive: S3Fifo<IdentifierKey, Entry<V>>;
  readonly #negative: S3Fifo<IdentifierKey, Entry<V>>;
  readonly #spellings = new Map<string, Entry<V>>();
  readonly #marks = new Marks<Entry<V>>();
  readonly #floors = new Floors();
  /** Reads under way: what they find may still be put in. */
  #reads = 0;

  constructor({ maxBytes }: { maxBytes: number }) {
    const open = (share: number) =>
      new S3Fifo<IdentifierKey, Entry<V>>({
        maxBytes: share * maxBytes,
        bytesOf: (key, entry) => ENTRY_OVERHEAD + 2 * key.length + entry.value.bytes,
        ghostBytesOf: (key) => GHOST_OVERHEAD + key.length,
        onLeave: (entry) => this.#forget(entry),
      });
    this.#positive = open(1 - NEGATIVE_SHARE);
    this.#negative = open(NEGATIVE_SHARE);
  }

  get size(): number {
    return this.#positive.size + this.#negative.size;
  }

  get bytes(): number {
    return this.#positive.bytes + this.#negative.bytes;
  }

  get(key: IdentifierKey): Entry<V> | undefined {
    return this.#positive.get(key) ?? this.#negative.get(key);
  }

  /** The entry that an identifier leads to as it stands in a path: the hot path, without parsing. */
  getSpelled(spelling: string): Entry<V> | undefined {
    const entry = this.#spellings.get(spelling);
    if (entry !== undefined) use(entry);
    return entry;
  }

  spell(entry: Entry<V>, spelling: string): void {
    const { spellings } = entry;
    if (spellings?.length === MAX_SPELLINGS || this.#spellings.has(spelling)) return;
    // A push would make room for seventeen.
    entry.spellings = spellings === null ? [spelling] : [...spellings, spelling];
    this.#spellings.set(spelling, entry);
  }

  /** An entry has one mark, and keeps it. */
  mark(entry: Entry<V>, mark: string): void {
    if (entry.mark !== null) return;
    entry.mark = mark;
    this.#marks.add(mark, entry);
  }

  marked(mark: string): readonly Entry<V>[] {
    return this.#marks.find(mark);
  }

  /** The moment a read begins. `end` follows, whatever becomes of the read. */
  begin(): number {
    this.#reads++;
    return this.#floors.begin();
  }

  /** What the read found is put in by now, or never will be. */
  end(): void {
    this.#reads--;
  }

  /** Whether no change has overtaken what a read that began at `begunAt` found. */
  admits(key: IdentifierKey, { prefix, version, own }: V, begunAt: number): boolean {
    // Another node counts the versions of its records for itself.
    return this.#floors.admits(key, { prefix, version: own ? version : Number.POSITIVE_INFINITY, begunAt });
  }

  /** Stores what a read that began at `begunAt` found; false when something newer is known. */
  put(key: IdentifierKey, value: V, { begunAt, freshUntil, now }: Moments): boolean {
    if (!this.admits(key, value, begunAt)) return false;
    const present = this.#peek(key);
    if (present !== undefined && present.value.version > value.version && present.freshUntil > now) return false;
    const [kept, other] = value.negative ? [this.#negative, this.#positive] : [this.#positive, this.#negative];
    // The same version is the same record: the spellings that lead to it go on.
    const same = present !== undefined && value.version > 0 && present.value.version === value.version;
    const found = { value, storedAt: now, freshUntil, renewing: false };
    kept.set(key, same ? Object.assign(present, found) : { key, ...found, uses: 0, spellings: null, mark: null });
    other.delete(key);
    return true;
  }

  /**
   * A record has this version now: anything older goes, and stays away.
   *
   * A floor is for reads that are under way: they may have looked before the change. A read that begins after this call finds
   * the change, for it is committed, and the layers between have been told before (Coherence). So none is left while nobody
   * reads: an import would leave one a row, which with their garbage took a tenth of all it cost.
   */
  invalidate(key: IdentifierKey, version: number): void {
    if (this.#reads > 0) this.#floors.raise(key, version);
    const present = this.#peek(key);
    if (present !== undefined && present.value.version < version) this.delete(key);
  }

  /** Forgets all that lies at or below any of these prefixes, in one walk: a thousand may be allotted at once. */
  invalidateSubtrees(prefixes: readonly Prefix[]): void {
    for (const prefix of prefixes) this.#floors.raiseSubtree(prefix);
    const moved = new Map(prefixes.map((prefix) => [prefix, true]));
    for (const kept of [this.#positive, this.#negative]) {
      for (const [key, entry] of kept.entries()) {
        if (findLongestMatch(moved, entry.value.prefix) !== null) kept.delete(key);
      }
    }
  }

  delete(key: IdentifierKey): void {
    this.#positive.delete(key);
    this.#negative.delete(key);
  }

  clear(): void {
    this.#positive.clear();
    this.#negative.clear();
  }

  #peek(key: IdentifierKey): Entry<V> | undefined {
    return this.#positive.peek(key) ?? this.#negative.peek(key);
  }

  #forget(entry: Entry<V>): void {
    for (const spelling of entry.spellings ?? []) this.#spellings.delete(spelling);
    if (entry.mark !== null) this.#marks.delete(entry.mark, entry);
    // One that goes from one part to the other is held still.
    Object.assign(entry, { spellings: null, mark: null });
  }
}
