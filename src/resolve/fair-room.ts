/** How many may be under way, and how many are. */
export interface Limit {
  readonly most: number;
  readonly underWay: number;
  enter(): void;
  leave(): void;
}

export class FixedLimit implements Limit {
  readonly most: number;
  underWay = 0;

  constructor(most: number) {
    this.most = most;
  }

  enter(): void {
    this.underWay++;
  }

  leave(): void {
    this.underWay--;
  }
}

/**
 * Room for what is under way, shared fairly between places: each may hold no more than what is left free, so that one whose
 * answers are slow, or that is flooded, takes half at most and leaves room for all others (Choudhury and Hahne, "Dynamic queue
 * length thresholds for shared-memory packet switches", IEEE/ACM ToN 1998).
 */
export class FairRoom {
  readonly #limit: Limit;
  readonly #held = new Map<string, number>();

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  /** There is room for any place: none holds more than all hold. */
  get isWide(): boolean {
    return this.#limit.underWay < this.#free;
  }

  hasRoom(place: string): boolean {
    return (this.#held.get(place) ?? 0) < this.#free;
  }

  enter(place: string): void {
    this.#held.set(place, (this.#held.get(place) ?? 0) + 1);
    this.#limit.enter();
  }

  leave(place: string): void {
    this.#limit.leave();
    const left = (this.#held.get(place) as number) - 1;
    if (left === 0) this.#held.delete(place);
    else this.#held.set(place, left);
  }

  get #free(): number {
    return this.#limit.most - this.#limit.underWay;
  }
}
