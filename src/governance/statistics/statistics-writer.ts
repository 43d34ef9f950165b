import { commitOnce } from '../../database/commit-once.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { countFeed } from './count-feed.ts';
import type { Counted, Counts, Window } from './counts.ts';
import { NO_PREFIX } from './counts.ts';
import { addMinute, addSeconds, addSources, addTallies, sourcesOf } from './store-counts.ts';
import type { TopPrefixes } from './top-prefixes.ts';

/** Milliseconds between two flushes. */
const EVERY = 10_000;
/** Prefixes a transaction. */
const BATCH = 500;

export interface StatisticsWriterOptions {
  readonly database: Database;
  readonly counts: Counts;
  readonly top: TopPrefixes;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Brings what this process has counted into the database, and what was registered out of the change feed. */
export class StatisticsWriter {
  readonly #options: StatisticsWriterOptions;
  #timer: NodeJS.Timeout | null = null;
  #flush: Promise<void> | null = null;

  constructor(options: StatisticsWriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), EVERY);
    this.#timer.unref();
  }

  wake(): void {
    this.#flush ??= this.#once().finally(() => {
      this.#flush = null;
    });
  }

  /** Stores all that was counted until now. */
  async flush(): Promise<void> {
    await this.#flush;
    this.wake();
    await this.#flush;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.flush();
  }

  async #once(): Promise<void> {
    const { counts, top, database, now, onError } = this.#options;
    const counted = counts.take();
    top.add(counted, now());
    const left = pieces(counted);
    try {
      for (let piece = left[0]; piece !== undefined; piece = left[0]) {
        const { store } = piece;
        await commitOnce(database, (tx) => store(tx, now()));
        left.shift();
      }
      await countFeed(database);
    } catch (error) {
      // Each piece is in as a whole or not at all: what is left is counted on.
      for (const { counted } of left) {
        counts.putBack(counted);
        top.takeBack(counted);
      }
      onError(error);
    }
  }
}

interface Piece {
  readonly counted: Counted;
  readonly store: (tx: Queryable, now: number) => Promise<void>;
}

/** What goes in together. */
function pieces({ windows, seconds }: Counted): Piece[] {
  const ofNode: Piece = {
    counted: { windows: [], seconds },
    store: async (tx, now) => {
      await addSeconds(tx, seconds, now);
      await addMinute(tx, now);
    },
  };
  return [ofNode, ...windows.flatMap(piecesOf)];
}

function piecesOf(window: Window): Piece[] {
  const { hour } = window;
  const all = [...window.tallies];
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => {
    const some = all.slice(i * BATCH, (i + 1) * BATCH);
    const part: Window = { hour, tallies: new Map(some) };
    return {
      counted: { windows: [part], seconds: new Map() },
      store: async (tx) => {
        await addTallies(tx, hour, some);
        // Under no prefix stand the networks of the whole node.
        const named = some.filter(([prefix]) => prefix !== NO_PREFIX);
        const sources = named.map(([prefix, { sources }]) => [prefix, sources.heavy] as const);
        await addSources(tx, hour, [[NO_PREFIX, sourcesOf(part)], ...sources]);
      },
    };
  });
}
