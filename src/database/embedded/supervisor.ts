import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Launch, RunningServer } from './server.ts';

export interface SupervisorOptions {
  readonly server: RunningServer;
  readonly restart: boolean;
  launch(signal: AbortSignal): Promise<Launch>;
  log(message: string, details?: Record<string, unknown>): void;
}

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A server that lived this long was well: its end does not count as one more failure in a row. */
const WELL_AFTER_MS = 10_000;

/** Keeps one server running: what ends unasked is started again, after pauses that double while it does not help. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #closing = new AbortController();
  readonly #finished: Promise<void>;
  #server: RunningServer;
  #closed: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#server = options.server;
    this.#finished = this.#supervise();
  }

  get pid(): number {
    return this.#server.pid;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    // A restart may be a moment from success: the server that it brings is the one to stop.
    await this.#finished;
    await this.#server.stop();
  }

  async #supervise(): Promise<void> {
    const { restart, log } = this.#options;
    const { signal } = this.#closing;
    const closing = once(signal, 'abort');
    let pauseMs = SHORTEST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = Date.now();
      const reason = await Promise.race([this.#server.exited, closing.then(() => null)]);
      if (reason === null) return;
      log('database server ended unexpectedly', { serverPid: this.pid, reason });
      await this.#server.stop();
      if (!restart) return;
      if (Date.now() - startedAt > WELL_AFTER_MS) pauseMs = SHORTEST_PAUSE_MS;
      pauseMs = await this.#restart(pauseMs);
    }
  }

  /** Resolves, with the pause that a further end deserves, when the server runs again or is to be closed. */
  async #restart(firstPauseMs: number): Promise<number> {
    const { launch, log } = this.#options;
    const { signal } = this.#closing;
    let pauseMs = firstPauseMs;
    for (;;) {
      await delay(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      const outcome = await launch(signal).catch((cause: unknown) => ({ kind: 'failed' as const, reason: `${cause}` }));
      if (outcome.kind === 'ready') {
        this.#server = outcome.server;
        log('database server restarted', { serverPid: this.pid });
        return pauseMs;
      }
      if (!signal.aborted) log('database server did not start', { reason: outcome.reason, nextTryMs: pauseMs });
    }
  }
}
