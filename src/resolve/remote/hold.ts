import { REMOTE_TTL_MAX } from '../lifetimes.ts';
import type { Query } from '../outcome.ts';
import type { Position, Watch } from './watch.ts';

/** One node that an answer depends on: what it had applied when it answered. */
export interface Seen {
  readonly watch: Watch;
  readonly epoch: number;
  readonly position: Position;
}

/** What keeps an answer of other nodes good for longer than a second: all nodes on the way to it are being followed. */
export class Hold {
  readonly #seen: readonly Seen[];

  constructor(seen: readonly Seen[]) {
    this.#seen = seen;
  }

  get current(): boolean {
    return this.#seen.every(({ watch, epoch }) => watch.current && watch.epoch === epoch);
  }

  /**
   * Until when an answer that was stored at a moment can be used, both in milliseconds of the epoch: a node that is no longer
   * heard is believed for as long as one that is not followed, and so is one whose changes were missed.
   */
  goodUntil(storedAt: number): number {
    let from = Number.POSITIVE_INFINITY;
    for (const { watch, epoch } of this.#seen)
      from = Math.min(from, watch.epoch === epoch ? Math.max(storedAt, watch.heardAt) : storedAt);
    return from + REMOTE_TTL_MAX * 1000;
  }

  /** Whether nothing that the answer depends on has changed while it was on its way. */
  covers(query: Query): boolean {
    return this.#seen.every(({ watch, position }) => watch.covers(position, query));
  }

  dependsOn(watch: Watch): boolean {
    return this.#seen.some((seen) => seen.watch === watch);
  }
}
