/** Runs one piece of work a key at a time: who asks while it is under way gets the same result. */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Promise<V>>();

  /** No await lies between the look-up and the entry, so two callers of one turn cannot both start the work. */
  run(key: K, work: () => Promise<V>): Promise<V> {
    const present = this.#flights.get(key);
    if (present !== undefined) return present;
    const flight = work();
    this.#flights.set(key, flight);
    const land = () => this.#flights.delete(key);
    // Before all who wait, for it was the first to be told.
    flight.then(land, land);
    return flight;
  }

  has(key: K): boolean {
    return this.#flights.has(key);
  }
}
