import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { PrefixTable } from '../../registry/prefix-table.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MirrorCounts } from '../../telemetry/metrics.ts';
import type { Catalogue } from '../catalogue.ts';
import { dropEnded } from './drop-ended.ts';
import type { FeedClientOptions } from './feed-client.ts';
import { Mirror } from './mirror.ts';
import { releaseMirrors, renewMirrors } from './mirror-state.ts';

export interface MirrorsOptions extends FeedClientOptions {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly prefixes: PrefixTable;
  /** Seconds. */
  readonly reconcileEvery: number;
  /** Rows were added to the catalogue. */
  readonly onApplied: () => void;
  readonly log: Logger;
  readonly random?: () => number;
}

/** One timer for all: who is to be followed, and that this process still does, in milliseconds. */
const LOOK_EVERY = 1_000;

/** Follows the feeds of all nodes that this one delegates to. Of several processes each node is followed by one. */
export class Mirrors {
  readonly #options: MirrorsOptions;
  readonly #holder = randomUUID();
  readonly #running = new Map<Prefix, { mirror: Mirror; stop: AbortController; ended: Promise<void> }>();
  readonly #counts = { applied: 0, added: 0, changed: 0, removed: 0, refused: 0 };
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<void> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MirrorsOptions) {
    this.#options = options;
  }

  /** Of this process. */
  get counts(): MirrorCounts {
    const mirrors = [...this.#running.values()];
    return {
      following: mirrors.length,
      failing: mirrors.filter(({ mirror }) => mirror.failing).length,
      ...this.#counts,
    };
  }

  start(): void {
    this.#timer = setInterval(() => this.#lookAfter(), LOOK_EVERY);
    this.#timer.unref();
    this.#lookAfter();
  }

  #lookAfter(): void {
    this.#look ??= this.#lookOnce()
      .catch((err) => this.#options.log.warn({ err }, 'mirrors cannot be looked after'))
      .finally(() => {
        this.#look = null;
      });
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#look;
    const ended = [...this.#running.keys()].map((prefix) => this.#stop(prefix));
    await Promise.all(ended);
    await releaseMirrors(this.#options.database, this.#holder);
  }

  async #lookOnce(): Promise<void> {
    const { database, catalogue, prefixes } = this.#options;
    const wanted = new Set(prefixes.delegated());
    for (const prefix of this.#running.keys()) if (!wanted.has(prefix)) await this.#stop(prefix);
    for (const prefix of wanted) if (!this.#running.has(prefix)) this.#start(prefix);
    await dropEnded(database, catalogue);
    if (this.#running.size > 0) await renewMirrors(database, this.#holder);
  }

  #start(prefix: Prefix): void {
    const { log, random = Math.random, onApplied } = this.#options;
    const mirror = new Mirror(prefix, {
      ...this.#options,
      random,
      holder: this.#holder,
      alone: (work) => this.#alone(work),
      onApplied: (applied) => {
        this.#counts.applied += applied;
        if (applied > 0) onApplied();
      },
      onRepaired: (prefix, repairs) => {
        const { added, changed, removed } = repairs;
        this.#counts.added += added;
        this.#counts.changed += changed;
        this.#counts.removed += removed;
        if (added + changed + removed === 0) return;
        log.warn({ prefix, ...repairs }, 'what was held of a node differed from what it says, and was put right');
        onApplied();
      },
      onRefused: (prefix, items) => {
        this.#counts.refused += items.length;
        const first = nameOf(items[0]);
        log.warn({ prefix, refused: items.length, first }, 'entries of a node cannot be, and were left out');
      },
      onFailed: (prefix, err) => log.warn({ err, prefix }, 'a node cannot be followed'),
    });
    const stop = new AbortController();
    this.#running.set(prefix, { mirror, stop, ended: mirror.run(stop.signal) });
  }

  async #stop(prefix: Prefix): Promise<void> {
    const running = this.#running.get(prefix);
    this.#running.delete(prefix);
    running?.stop.abort();
    await running?.ended;
  }

  /** The catalogue has one writer at a time: who waited for it in the database would hold a connection. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Of something that another node sent as an entry. */
function nameOf(item: unknown): string {
  const { identifier } = (item ?? {}) as { identifier?: unknown };
  return typeof identifier === 'string' ? identifier.slice(0, 200) : '';
}
