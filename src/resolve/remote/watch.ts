import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ChangeLine, SaidLine } from '../../../proto/http/changes.ts';
import type { NodeCaller } from '../../access/node-caller.ts';
import { createLineVerifier } from '../../access/signatures/line-proof.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { isUnder, lineage, type Prefix } from '../../identifier/prefix.ts';
import type { SiteServerUrl } from '../../record/site.ts';
import { digestOf } from '../../registry/recent-changes.ts';
import type { Query } from '../outcome.ts';

/** A node from which nothing was heard for this long is not believed to have told all, in milliseconds. */
const TRUSTED_FOR = 1_000;
/** The pause before a stream that broke is asked for again, doubled up to the longest, in milliseconds. */
const PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** Changes that are remembered for answers that were under way when they were told. */
const MOST_REMEMBERED = 50_000;
const MOST_A_LINE = 10_000;
/** Prefixes that one node is met at. */
const MOST_PLACES = 1_000;

/** What an answer of a node reflects: all changes up to a number, as that node counts them. */
export interface Position {
  readonly feed: string;
  readonly seq: number;
}

export interface WatchOptions {
  readonly caller: NodeCaller;
  readonly server: SiteServerUrl;
  readonly now: () => number;
  /** Told with each line, before what the line says is taken back. */
  readonly onHeard?: () => void;
  /** Digests of records that have changed. */
  readonly onRecords: (digests: readonly string[]) => void;
  readonly onPrefixes: (prefixes: readonly Prefix[]) => void;
}

/**
 * Follows the changes of one node, so that its answers can be kept for as long as they say. While it is `current`, everything
 * that the node had applied a second ago has been taken back here.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #stop = new AbortController();
  /** Where the node was met: what it says about prefixes elsewhere is nobody's business. null: the root. */
  readonly #places = new Set<Prefix | null>();
  readonly #records = new Map<string, number>();
  readonly #prefixes = new Map<Prefix, number>();
  #at: Position | null = null;
  /** Every change after this number is remembered. */
  #since = 0;
  #epoch = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  readonly #ended: Promise<void>;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#ended = this.#follow();
  }

  get current(): boolean {
    return this.#options.now() - this.#heardAt < TRUSTED_FOR;
  }

  /** Milliseconds of the epoch. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Another one: changes were missed, and what was kept before is worth nothing. */
  get epoch(): number {
    return this.#epoch;
  }

  meet(place: Prefix | null): void {
    if (this.#places.size < MOST_PLACES) this.#places.add(place);
  }

  /** Whether nothing about an identifier has changed since the moment that an answer reflects. */
  covers({ feed, seq }: Position, { key, place }: Pick<Query, 'key' | 'place'>): boolean {
    if (this.#at === null || feed !== this.#at.feed || seq < this.#since) return false;
    if (this.#records.size > 0 && (this.#records.get(digestOf(key)) ?? 0) > seq) return false;
    for (const prefix of lineage(place)) if ((this.#prefixes.get(prefix) ?? 0) > seq) return false;
    return true;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    for (let pause = PAUSE; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await this.#read(() => {
          pause = PAUSE;
        });
      } catch {
        // What it said before is believed for a second; who needs more asks it anew each time.
      }
      await setTimeout(pause, undefined, { signal }).catch(() => {});
    }
  }

  async #read(onLine: () => void): Promise<void> {
    const { caller, server } = this.#options;
    const nonce = randomBytes(16).toString('base64url');
    const known = this.#at === null ? '' : `&feed=${encodeURIComponent(this.#at.feed)}&after=${this.#at.seq}`;
    const url = `${server.url}/api/changes?nonce=${nonce}${known}`;
    const isProof = createLineVerifier(server.publicKey);
    let number = 0;
    let since = this.#options.now();
    for await (const text of caller.lines({ url, silence: 2 * TRUSTED_FOR, signal: this.#stop.signal })) {
      // What comes after a silence may have been said before it, and been held up on the way. A new stream begins with the present.
      const now = this.#options.now();
      if (now - since >= TRUSTED_FOR) throw new KapokError('UPSTREAM_TIMEOUT', { message: `${url} was silent` });
      since = now;
      const { said, proof } = JSON.parse(text) as Partial<SaidLine>;
      if (typeof said !== 'string' || typeof proof !== 'string' || !isProof({ nonce, number: number++, said }, proof))
        throw new KapokError('UPSTREAM_INVALID', { message: `A line of ${url} is not signed as it should be` });
      this.#apply(readLine(JSON.parse(said)));
      onLine();
    }
  }

  #apply({ feed, seq, records = [], prefixes = [], reset = false, behind = false }: ChangeLine): void {
    const goesOn = this.#at !== null && this.#at.feed === feed && seq >= this.#at.seq && !reset;
    if (!goesOn) {
      this.#epoch++;
      this.#forget(seq);
    } else if (this.#records.size + records.length > MOST_REMEMBERED || this.#prefixes.size > MOST_REMEMBERED) {
      this.#forget(this.#at?.seq ?? seq);
    }
    for (const digest of records) this.#records.set(digest, seq);
    for (const prefix of prefixes) this.#prefixes.set(prefix as Prefix, seq);
    this.#at = { feed, seq };
    this.#options.onHeard?.();
    if (records.length > 0) this.#options.onRecords(records);
    const ours = (prefixes as Prefix[]).filter((prefix) => this.#answersFor(prefix));
    if (ours.length > 0) this.#options.onPrefixes(ours);
    if (!behind) this.#heardAt = this.#options.now();
  }

  #forget(seq: number): void {
    this.#records.clear();
    this.#prefixes.clear();
    this.#since = seq;
  }

  #answersFor(prefix: Prefix): boolean {
    return [...this.#places].some((place) => place === null || isUnder(prefix, place));
  }
}

/** The line of another node. Throws UPSTREAM_INVALID. */
function readLine(line: Partial<ChangeLine> | null): ChangeLine {
  const { feed, seq, records = [], prefixes = [], reset = false, behind = false } = line ?? {};
  const texts = [feed, ...[records, prefixes].flat()];
  const ok =
    Number.isSafeInteger(seq) &&
    texts.length <= MOST_A_LINE &&
    texts.every((text) => typeof text === 'string' && text.length <= 255);
  if (!ok) throw new KapokError('UPSTREAM_INVALID', { message: 'A line of changes has another form than it should' });
  return { feed: feed as string, seq: seq as number, records, prefixes, reset, behind };
}
