import { setTimeout } from 'node:timers/promises';
import type { FeedPage } from '../../../proto/http/feed.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { httpServersOf } from '../../record/site.ts';
import type { Catalogue } from '../catalogue.ts';
import { applyTheirs } from './apply-theirs.ts';
import { FeedClient, type FeedClientOptions } from './feed-client.ts';
import { failMirror, isTheirs, lockMirror, type MirrorState, moveMirror, takeMirror } from './mirror-state.ts';
import { parseEntries } from './parse-entry.ts';
import { type Repairs, reconcile } from './reconcile.ts';

export interface MirrorOptions extends FeedClientOptions {
  readonly database: Database;
  readonly catalogue: Catalogue;
  /** This process. */
  readonly holder: string;
  /** Seconds between two comparisons. */
  readonly reconcileEvery: number;
  readonly random: () => number;
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onApplied: (applied: number) => void;
  readonly onRepaired: (prefix: Prefix, repairs: Repairs) => void;
  /** Entries that cannot be, and were left out. */
  readonly onRefused: (prefix: Prefix, items: readonly unknown[]) => void;
  readonly onFailed: (prefix: Prefix, error: unknown) => void;
}

/** The first pause after a failure; each further one in a row doubles it, up to the longest. In milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Before it is looked whether another process has let go. */
const OTHER_PAUSE = 2_000;
/** After a page that brought nothing and came at once, though it should have been held back. */
const EMPTY_PAUSE = 1_000;

/** Follows the feed of one delegated node until the signal: the rows of the catalogue whose source is its prefix. */
export class Mirror {
  readonly #prefix: Prefix;
  readonly #options: MirrorOptions;
  #client: { mark: string; use: FeedClient } | null = null;
  #isCaughtUp = false;
  #failures = 0;

  constructor(prefix: Prefix, options: MirrorOptions) {
    this.#prefix = prefix;
    this.#options = options;
  }

  /** Whether the last try has failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.#try(signal);
      if (pause > 0) await setTimeout(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** One step; answers with the milliseconds to pause. */
  async #try(signal: AbortSignal): Promise<number> {
    const { database, holder, random, onFailed } = this.#options;
    try {
      const state = await takeMirror(database, { prefix: this.#prefix, holder });
      if (state === null) return OTHER_PAUSE;
      const pause = await this.#step(state, signal);
      this.#failures = 0;
      return pause;
    } catch (error) {
      if (signal.aborted) return 0;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
      // Its site may have another key by now, or another server that is well.
      this.#client = null;
      this.#isCaughtUp = false;
      onFailed(this.#prefix, error);
      const message = error instanceof Error ? error.message : String(error);
      await failMirror(database, this.#prefix, message).catch(() => {});
      // Many nodes that failed together come back one after the other.
      return pause * (0.5 + random() / 2);
    }
  }

  async #step(state: MirrorState, signal: AbortSignal): Promise<number> {
    const client = this.#clientOf(state);
    const rest = state.agreedFor === null ? 0 : Math.ceil(this.#options.reconcileEvery - state.agreedFor);
    // What is new comes by pages; what is left when there are none is compared.
    if (rest <= 0 && this.#isCaughtUp) return this.#reconcile(state, { client, signal });
    const begun = performance.now();
    const { cursor: after, feed, withdrawn } = state;
    const page = await client.getPage({ after, feed, withdrawn, wait: this.#isCaughtUp ? rest : 0 }, signal);
    if (page === null) return this.#reconcile(state, { client, signal });
    const isNews = page.next > after || page.feed !== feed || page.withdrawn !== withdrawn;
    if (isNews || page.entries.length > 0) await this.#apply(state, page);
    const [waited, heldBack] = [this.#isCaughtUp, performance.now() - begun > EMPTY_PAUSE];
    this.#isCaughtUp = page.next >= page.head;
    return isNews || !waited || heldBack ? 0 : EMPTY_PAUSE;
  }

  #clientOf({ site }: MirrorState): FeedClient {
    const servers = httpServersOf(site);
    const server = servers[this.#failures % servers.length];
    if (server === undefined)
      throw new KapokError('UPSTREAM_UNREACHABLE', { message: 'The site has no HTTP interface' });
    const mark = JSON.stringify(server);
    if (this.#client?.mark !== mark) this.#client = { mark, use: new FeedClient(this.#options, server) };
    return this.#client.use;
  }

  /** Nothing of a page is there without its cursor, and the cursor not without the page. */
  async #apply(state: MirrorState, page: FeedPage): Promise<void> {
    const { database, catalogue, holder, alone, onApplied, onRefused } = this.#options;
    const { prefix } = state;
    const { entries, refused } = parseEntries(page.entries, prefix);
    const done = await alone(() =>
      database.transaction(async (tx) => {
        const below = await lockMirror(tx, state, holder);
        if (below === null) return null;
        const theirs = entries.filter((entry) => isTheirs(entry.prefix, prefix, below));
        const done = await applyTheirs(tx, catalogue, theirs);
        await moveMirror(tx, { prefix, feed: page.feed, cursor: page.next, withdrawn: page.withdrawn });
        return done;
      }),
    );
    if (done === null) return;
    onApplied(done.applied);
    const left = [...refused, ...done.refused];
    if (left.length > 0) onRefused(prefix, left);
  }

  async #reconcile(state: MirrorState, at: { client: FeedClient; signal: AbortSignal }): Promise<number> {
    const repairs = await reconcile(state, { ...this.#options, ...at });
    if (repairs !== null) this.#options.onRepaired(this.#prefix, repairs);
    return 0;
  }
}
