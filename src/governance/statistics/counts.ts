import { type CountedOutcome, Tally } from './tally.ts';

/** What was counted in one hour, by prefix. */
export interface Window {
  /** Milliseconds of the epoch. */
  readonly hour: number;
  readonly tallies: Map<string, Tally>;
}

/** What a flush takes. */
export interface Counted {
  readonly windows: readonly Window[];
  /** Resolutions of each second, milliseconds of the epoch, that had any. */
  readonly seconds: ReadonlyMap<number, number>;
}

/** Under which what belongs to no prefix is counted. */
export const NO_PREFIX = '';

const SECOND = 1_000;
const HOUR = 3_600_000;
/** Prefixes that are counted between two flushes; what comes beyond is counted under none: its number is kept, its name is not. */
const MAX_TALLIES = 20_000;
/** Seconds that wait for a database that is away. */
const MAX_SECONDS = 3_600;

export interface CountsOptions {
  readonly now: () => number;
  readonly maxTallies?: number;
  /** Half of the room is taken: a flush is due. */
  readonly onFilling?: () => void;
}

/**
 * Counts what a process resolves and registers, by prefix. Synchronous and, but for a prefix or a network that it has not met
 * since the last flush, without allocating: an answer from memory costs two look-ups and some additions.
 */
export class Counts {
  readonly #maxTallies: number;
  readonly #onFilling: () => void;
  #windows: Window[];
  #current: Window;
  #size = 0;
  #seconds = new Map<number, number>();
  #second = 0;
  #inSecond = 0;

  constructor({ now, maxTallies = MAX_TALLIES, onFilling = () => {} }: CountsOptions) {
    this.#maxTallies = maxTallies;
    this.#onFilling = onFilling;
    this.#current = { hour: hourOf(now()), tallies: new Map() };
    this.#windows = [this.#current];
  }

  /** An answer from memory. The hot path. */
  found(prefix: string, at: number, source: string): Tally {
    const tally = this.#tick(prefix, at);
    tally.found++;
    tally.sources.add(source);
    return tally;
  }

  resolved(prefix: string, outcome: CountedOutcome, { at, source }: { at: number; source: string }): Tally {
    const tally = this.#tick(prefix, at);
    tally[outcome]++;
    tally.sources.add(source);
    return tally;
  }

  /** A registration that took so many milliseconds. How many there were is counted from the change feed. */
  registered(prefix: string, at: number, milliseconds: number): void {
    this.#windowAt(at);
    this.#tallyOf(prefix).registering.add(Math.round(milliseconds * 1000), at, 1);
  }

  /** All that was counted since the last time; it is no longer kept here. */
  take(): Counted {
    this.#closeSecond();
    const counted = { windows: this.#windows.filter(({ tallies }) => tallies.size > 0), seconds: this.#seconds };
    this.#current = { hour: this.#current.hour, tallies: new Map() };
    this.#windows = [this.#current];
    this.#seconds = new Map();
    this.#size = 0;
    return counted;
  }

  /** Takes back what could not be stored. */
  putBack({ windows, seconds }: Counted): void {
    const current = this.#current;
    for (const { hour, tallies } of windows) {
      this.#current = this.#windowOf(hour);
      for (const [prefix, tally] of tallies) this.#tallyOf(prefix).merge(tally);
    }
    this.#current = current;
    for (const [second, requests] of seconds) this.#addSecond(second, requests);
  }

  #tick(prefix: string, at: number): Tally {
    const second = Math.floor(at / SECOND);
    if (second !== this.#second) {
      this.#closeSecond();
      this.#second = second;
      this.#windowAt(at);
    }
    this.#inSecond++;
    return this.#tallyOf(prefix);
  }

  #tallyOf(prefix: string): Tally {
    return this.#current.tallies.get(prefix) ?? this.#makeTally(prefix);
  }

  #makeTally(prefix: string): Tally {
    const { tallies } = this.#current;
    if (this.#size >= this.#maxTallies && prefix !== NO_PREFIX) return this.#tallyOf(NO_PREFIX);
    const tally = new Tally();
    tallies.set(prefix, tally);
    if (++this.#size === Math.ceil(this.#maxTallies / 2)) this.#onFilling();
    return tally;
  }

  #windowAt(at: number): void {
    const hour = hourOf(at);
    if (hour !== this.#current.hour) this.#current = this.#windowOf(hour);
  }

  #windowOf(hour: number): Window {
    const known = this.#windows.find((window) => window.hour === hour);
    if (known !== undefined) return known;
    const window = { hour, tallies: new Map() };
    this.#windows.push(window);
    return window;
  }

  #closeSecond(): void {
    if (this.#inSecond > 0) this.#addSecond(this.#second * SECOND, this.#inSecond);
    this.#inSecond = 0;
  }

  #addSecond(second: number, requests: number): void {
    if (this.#seconds.size >= MAX_SECONDS) return;
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + requests);
  }
}

function hourOf(at: number): number {
  return at - (at % HOUR);
}
