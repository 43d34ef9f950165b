import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';
import { isSecondSignal } from './second-signal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C, or another signal to stop, while something that must be stopped again is being started. */
export class Interruption {
  readonly #controller = new AbortController();
  #received: { name: NodeJS.Signals; at: number } | null = null;

  constructor() {
    // One a node: no leak.
    setMaxListeners(0, this.#controller.signal);
    for (const name of SIGNALS) process.on(name, this.#receive);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From here on signals do what they did before. */
  end(): void {
    for (const name of SIGNALS) process.off(name, this.#receive);
  }

  /** When a signal came: ends this process, now that all is closed, with the exit code that shells know it by. */
  raise(): void {
    if (this.#received !== null) process.exit(128 + constants.signals[this.#received.name]);
  }

  /** A second signal ends the process at once. */
  readonly #receive = (name: NodeJS.Signals): void => {
    if (this.#received !== null) {
      if (isSecondSignal(this.#received.at)) process.exit(1);
      return;
    }
    this.#received = { name, at: Date.now() };
    this.#controller.abort();
  };
}
