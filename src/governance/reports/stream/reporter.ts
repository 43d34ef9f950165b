import type { Database } from '../../../database/database.ts';
import type { PrefixTable } from '../../../registry/prefix-table.ts';
import type { PeerClientOptions } from '../../../search/mirror/peer-client.ts';
import { followReports } from './follow-reports.ts';
import { type OwnReportsOptions, reportOwn } from './own-reports.ts';

export interface ReporterOptions extends PeerClientOptions {
  readonly database: Database;
  readonly prefixes: PrefixTable;
  /** What this node tells of itself. */
  readonly own: () => OwnReportsOptions;
  /** Milliseconds between two rounds. */
  readonly every: number;
  readonly onError: (error: unknown, what: string) => void;
}

/** Nodes that are asked at a time. */
const TOGETHER = 8;

/** Keeps the report stream up: what this node tells of itself, and what the nodes below it tell. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#wake(), this.#options.every);
    this.#timer.unref();
    this.#wake();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#stop.abort();
    await this.#round;
  }

  #wake(): void {
    this.#round ??= this.#once().finally(() => {
      this.#round = null;
    });
  }

  async #once(): Promise<void> {
    const { database, prefixes, own } = this.#options;
    await this.#try('itself', () => reportOwn(database, own()));
    const waiting = prefixes.delegated();
    const { signal } = this.#stop;
    const work = async () => {
      for (let prefix = waiting.pop(); prefix !== undefined && !signal.aborted; prefix = waiting.pop()) {
        const below = prefix;
        await this.#try(below, () => followReports(below, { ...this.#options, signal }));
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onError(error, what);
    }
  }
}
