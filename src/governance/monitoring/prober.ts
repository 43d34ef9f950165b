import { setTimeout } from 'node:timers/promises';
import type { NodeCaller } from '../../access/node-caller.ts';
import type { Database } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { PrefixTable } from '../../registry/prefix-table.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { judgeRounds } from './judge-rounds.ts';
import { probeSite } from './probe-site.ts';
import { findPrimarySite, takeTurns } from './probe-table.ts';

export interface ProberOptions {
  readonly database: Database;
  readonly prefixes: PrefixTable;
  readonly caller: NodeCaller;
  /** Seconds between two rounds of a prefix. */
  readonly every: number;
  /** Milliseconds that one probe may take at most. */
  readonly timeout: number;
  /** Applies a change of prefixes here, and tells the other processes. */
  readonly announce: () => Promise<void>;
  readonly log: Logger;
}

/** How often it is looked in memory which prefixes are due, in milliseconds. */
const LOOK_EVERY = 100;
/** Between two looks at which prefixes there are: there may be a million. */
const LIST_EVERY = 1_000;
/** Before another process's turn is looked at again, in milliseconds. */
const OTHERS_TURN = 1_000;
/** A node that has not answered a probe by then does not answer its users either. */
const LONGEST_PROBE = 1_000;
/** Rounds under way at once. */
const MOST_ROUNDS = 64;

/** Probes the nodes that this one delegates to. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #due = new Map<Prefix, number>();
  readonly #rounds = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #listAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<void> | null = null;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#look ??= this.#lookOnce()
        .catch((err) => this.#options.log.warn({ err }, 'the nodes below cannot be probed'))
        .finally(() => {
          this.#look = null;
        });
    }, LOOK_EVERY);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stop.abort();
    await this.#look;
    await Promise.all(this.#rounds);
  }

  async #lookOnce(): Promise<void> {
    const { database, every } = this.#options;
    const now = performance.now();
    if (now >= this.#listAt) {
      this.#listAt = now + LIST_EVERY;
      this.#list(now);
    }
    const due = [...this.#due].flatMap(([prefix, at]) => (at <= now ? [prefix] : []));
    const free = due.slice(0, MOST_ROUNDS - this.#rounds.size);
    if (free.length === 0) return;
    const taken = new Set(await takeTurns(database, free, every));
    for (const prefix of free) {
      this.#due.set(prefix, now + (taken.has(prefix) ? every * 1_000 : OTHERS_TURN));
      if (taken.has(prefix)) this.#begin(prefix);
    }
  }

  /** A node that was delegated to just now is given an interval to come up. */
  #list(now: number): void {
    const { prefixes, every } = this.#options;
    const delegated = new Set(prefixes.delegated());
    for (const prefix of this.#due.keys()) if (!delegated.has(prefix)) this.#due.delete(prefix);
    for (const prefix of delegated) if (!this.#due.has(prefix)) this.#due.set(prefix, now + every * 1_000);
  }

  #begin(prefix: Prefix): void {
    const { log } = this.#options;
    const round = this.#probe(prefix).catch((err) => {
      if (!this.#stop.signal.aborted) log.warn({ err, prefix }, 'a probe could not be judged');
    });
    this.#rounds.add(round);
    void round.finally(() => this.#rounds.delete(round));
  }

  async #probe(prefix: Prefix): Promise<void> {
    const { database, caller, announce, log } = this.#options;
    const { signal } = this.#stop;
    const site = await findPrimarySite(database, prefix);
    if (site === null) return;
    const timeout = Math.min(this.#options.timeout, LONGEST_PROBE);
    const pause = (milliseconds: number) => setTimeout(milliseconds, undefined, { signal, ref: false });
    const rounds = await probeSite(prefix, site, { caller, timeout, pause, signal });
    if (rounds.length === 0 || signal.aborted) return;
    const { event, takenOver } = await judgeRounds(database, prefix, rounds);
    if (takenOver) await announce();
    if (event === null) return;
    const { id, state, type, reason } = event;
    const told = { prefix, event: id, type, reason, takenOver };
    if (state === 'abnormal') log.error(told, 'a node below is in an emergency');
    else log.info(told, 'a node below is well again');
  }
}

/** Begins with it; null when a node delegates nothing, or is told not to probe. */
export function openProber({ delegates, ...options }: ProberOptions & { readonly delegates: boolean }): Prober | null {
  if (!delegates || options.every === 0) return null;
  const prober = new Prober(options);
  prober.start();
  return prober;
}
