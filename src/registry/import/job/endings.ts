/** Wakes those who follow an import that has ended in this process; of one in another process they learn by looking. */
export class Endings {
  readonly #waiting = new Map<string, Set<() => void>>();

  tell(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** Resolves after `patience` milliseconds, at the end of the import, or when `stop` says so. */
  wait(id: string, { patience, stop }: { patience: number; stop: AbortSignal }): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      const wake = () => {
        clearTimeout(timer);
        stop.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(wake, patience);
      stop.addEventListener('abort', wake);
      this.#waiting.set(id, waiting.add(wake));
    });
  }
}
