/** Runs one piece of work a key at a time: who asks while it is under way gets the same result. */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Promise<V>>();

  /** No await lies between the look-up and the entry, so two callers of one turn cannot both start the work. */
  run(key: K, work: () => Promise<V>): Promise<V> {
    const present = this.#flights.get(key);
    if (present !== undefined) return present;
    const flight = work().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  has(key: K): boolean {
    return this.#flights.has(key);
  }
}
