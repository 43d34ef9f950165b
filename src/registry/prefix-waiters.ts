interface Waiter {
  readonly isOver: () => boolean;
  readonly done: () => void;
}

/** Those who wait until something is another way in the table of prefixes. */
export class PrefixWaiters {
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  /** Resolves when it is over, when the time is, and when the signal or the node says so. */
  wait(isOver: () => boolean, { milliseconds, signal }: { milliseconds: number; signal: AbortSignal }): Promise<void> {
    if (this.#closed || signal.aborted || isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter = { isOver, done };
      const limit = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
      this.#waiters.add(waiter);
    });
  }

  /** Prefixes have changed. */
  wake(): void {
    for (const { isOver, done } of [...this.#waiters]) if (isOver()) done();
  }

  /** Lets everybody go. */
  close(): void {
    this.#closed = true;
    for (const { done } of [...this.#waiters]) done();
  }
}
