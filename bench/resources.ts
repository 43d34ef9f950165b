type Close = () => Promise<unknown>;

/** What the bench has opened: closed once, the newest first, however the bench ends. */
export class Resources {
  readonly #closers: Close[] = [];
  #closing: Promise<void> | null = null;

  /** What is opened while everything is being closed, by a start that was under way, is closed at once. */
  add(close: Close): void {
    if (this.#closing === null) this.#closers.push(close);
    else void attempt(close);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await attempt(close);
  }
}

/** One that fails must not keep the others open. */
async function attempt(close: Close): Promise<void> {
  try {
    await close();
  } catch (error) {
    console.error(`bench: closing failed: ${(error as Error).message}`);
  }
}
