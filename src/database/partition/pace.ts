/** A transaction of a conversion is to take this long, in milliseconds: who meets it waits no longer. */
const AIM = 50;
const ROWS = { least: 16, most: 10_000 };

/** How many rows a step takes: as many as the time allows that the steps before have shown. */
export class Pace {
  /** Few at first, for a row may be a file; and never fewer, for what a step costs in any case would be all that is done. */
  #rows = ROWS.least;

  get rows(): number {
    return this.#rows;
  }

  took(milliseconds: number): void {
    if (milliseconds > 2 * AIM) this.#rows = Math.max(ROWS.least, this.#rows >> 1);
    else if (milliseconds < AIM / 2) this.#rows = Math.min(ROWS.most, this.#rows << 1);
  }
}
