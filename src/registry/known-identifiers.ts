import { setTimeout } from 'node:timers/promises';
import { BloomFilter } from '../cache/bloom-filter.ts';
import type { Queryable } from '../database/database.ts';
import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Identifiers a page: half a millisecond of hashing. */
const PAGE = 4_096;
const RETRY_AFTER = 1_000;

// Plan, at 1 M rows: an index-only scan of the primary key, and an aggregate of one text a prefix. No suffix holds a line feed.
const NEXT = {
  name: 'known_identifiers',
  text: `select prefix, string_agg(suffix_key, E'\\n' order by suffix_key) as keys from (
      select prefix, suffix_key from identifiers where (prefix, suffix_key) > ($1, $2) order by prefix, suffix_key limit ${PAGE}
    ) page group by prefix order by prefix`,
};

export interface KnownIdentifiersOptions {
  readonly database: Queryable;
  readonly maxBytes: number;
  readonly log: Logger;
}

/**
 * Which identifiers this node has registered, tombstones among them: read once, then kept by the change feed. What it lacks was not
 * registered when the last change that this process has applied was made, so that random names cost neither database nor memory.
 * While it is being read, and when it would not fit, it lacks nothing.
 */
export class KnownIdentifiers {
  readonly #options: KnownIdentifiersOptions;
  readonly #stop = new AbortController();
  #filter: BloomFilter | null = null;
  #complete = false;
  #reading: Promise<void> | null = null;

  constructor(options: KnownIdentifiersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#filter?.size ?? 0;
  }

  get bytes(): number {
    return this.#filter?.bytes ?? 0;
  }

  /** Reads what is there. Every change that is applied from now on must be added. */
  start(): void {
    this.#reading = this.#readUntilDone();
  }

  add(key: IdentifierKey): void {
    this.#filter?.add(key);
  }

  lacks(key: IdentifierKey): boolean {
    return this.#complete && this.#filter !== null && !this.#filter.mayHave(key);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #readUntilDone(): Promise<void> {
    const { maxBytes, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted && !this.#complete) {
      try {
        await this.#readAll();
        this.#complete = !signal.aborted;
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, 'which identifiers there are cannot be read, and is asked again');
        await setTimeout(RETRY_AFTER, undefined, { signal }).catch(() => {});
      }
    }
    if (this.#filter?.full)
      log.warn({ maxBytes }, 'the identifiers do not fit the filter: absent ones are looked for in the database');
  }

  async #readAll(): Promise<void> {
    const { database, maxBytes } = this.#options;
    if (this.#filter === null) {
      const [count] = await database.query<{ number: number }>('select count(*) as number from identifiers');
      // Before the first page: what is committed after that comes through the feed.
      this.#filter = new BloomFilter({ room: 2 * (count?.number ?? 0), maxBytes });
    }
    const filter = this.#filter;
    let after: readonly [string, string] | undefined = ['', ''];
    while (after !== undefined && !this.#stop.signal.aborted && !filter.full) {
      const rows: { prefix: string; keys: string }[] = await database.query(NEXT, after);
      after = undefined;
      for (const { prefix, keys } of rows) {
        const suffixes = keys.split('\n');
        for (const suffix of suffixes) filter.add(`${prefix}/${suffix}`);
        after = [prefix, suffixes.at(-1) as string];
      }
    }
  }
}
