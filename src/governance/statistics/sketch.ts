/** A key, how often it was seen at most, and by how much that may be too high. */
export type Heavy = readonly [key: string, count: number, over: number];

interface Slot {
  count: number;
  over: number;
}

/**
 * The keys that a stream holds most often, in bounded memory: the "space-saving" sketch of Metwally, Agrawal and El Abbadi (2005).
 * A key that was seen more often than one in `capacity` is in it; `count - over` ≤ true number ≤ `count`.
 */
export class Sketch {
  readonly #capacity: number;
  readonly #slots = new Map<string, Slot>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Allocates only for a key that it does not hold. */
  add(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#enter(key);
    else slot.count++;
  }

  /** The heaviest first. */
  get heavy(): Heavy[] {
    const all = Array.from(this.#slots, ([key, { count, over }]): Heavy => [key, count, over]);
    return all.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }

  /** Adds what another sketch has seen. */
  merge(others: readonly Heavy[], capacity: number): void {
    // What a full sketch does not hold it may have seen as often as the lightest key that it does hold.
    const mine = this.#slots.size >= this.#capacity ? this.#lightest()[1].count : 0;
    const theirs = others.length >= capacity ? Math.min(...others.map(([, count]) => count)) : 0;
    const named = new Set(others.map(([key]) => key));
    for (const [key, slot] of this.#slots) {
      if (named.has(key)) continue;
      slot.count += theirs;
      slot.over += theirs;
    }
    for (const [key, count, over] of others) {
      const slot = this.#slots.get(key) ?? { count: mine, over: mine };
      slot.count += count;
      slot.over += over;
      this.#slots.set(key, slot);
    }
    if (this.#slots.size <= this.#capacity) return;
    for (const [key] of this.heavy.slice(this.#capacity)) this.#slots.delete(key);
  }

  #enter(key: string): void {
    if (this.#slots.size < this.#capacity) {
      this.#slots.set(key, { count: 1, over: 0 });
      return;
    }
    const [lightest, slot] = this.#lightest();
    this.#slots.delete(lightest);
    slot.over = slot.count++;
    this.#slots.set(key, slot);
  }

  #lightest(): [string, Slot] {
    let lightest: [string, Slot] | null = null;
    for (const entry of this.#slots) if (lightest === null || entry[1].count < lightest[1].count) lightest = entry;
    if (lightest === null) throw new Error('An empty sketch has no lightest key');
    return lightest;
  }
}
