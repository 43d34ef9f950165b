/** What time itself brings about: quarantines end, windows close. */
export interface Chore {
  readonly name: string;
  /** Does what is due at this moment, and may be called by several processes at once; answers how much that was. */
  readonly run: (now: Date) => Promise<number>;
}

export interface HousekeeperOptions {
  readonly chores: readonly Chore[];
  readonly now: () => number;
  /** Told after a chore has done something. */
  readonly onDone: () => void;
  readonly onError: (chore: string, error: unknown) => void;
}

/** How often it is looked what is due, in milliseconds: windows are counted in days. */
const LOOK_EVERY = 30_000;

/** Does the chores of a node by the clock, one after the other. One that fails is tried again at the next look. */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #closed = false;

  constructor(options: HousekeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY);
    this.#timer.unref();
    void this.look();
  }

  /** A look under way is waited for instead of a second one. */
  look(): Promise<void> {
    this.#round ??= this.#doAll().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  async #doAll(): Promise<void> {
    const { chores, now, onDone, onError } = this.#options;
    for (const { name, run } of chores) {
      if (this.#closed) return;
      try {
        if ((await run(new Date(now()))) > 0) onDone();
      } catch (error) {
        onError(name, error);
      }
    }
  }
}
