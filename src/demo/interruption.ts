import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C, or another signal to stop, while something that must be stopped again is being started. */
export class Interruption {
  readonly #controller = new AbortController();
  #received: NodeJS.Signals | null = null;

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
    if (this.#received !== null) process.exit(128 + constants.signals[this.#received]);
  }

  /** A second signal ends the process at once. */
  readonly #receive = (name: NodeJS.Signals): void => {
    if (this.#received !== null) process.exit(1);
    this.#received = name;
    this.#controller.abort();
  };
}
