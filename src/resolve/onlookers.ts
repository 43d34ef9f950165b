import type { CountedOutcome } from '../governance/statistics/tally.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Source } from './outcome.ts';

/** One resolution, as onlookers are told of it. Who asked is not in it: that is nobody's to follow. */
export interface Resolution {
  /** Milliseconds of the epoch. */
  readonly at: number;
  /** As it was asked for, or as it is registered. */
  readonly identifier: string;
  readonly prefix: Prefix;
  readonly outcome: CountedOutcome;
  /** Where the answer came from, or was looked for in vain. */
  readonly layer: Source;
  readonly milliseconds: number;
}

/** Told of each resolution. Synchronous, and must not throw: who resolves waits for it. */
export type Onlooker = (resolution: Resolution) => void;

/** Those who watch resolutions go by. While there are none, a resolution costs one comparison more. */
export class Onlookers {
  readonly #all = new Set<Onlooker>();
  /** null: nobody looks. */
  tell: Onlooker | null = null;

  /** Answers what ends it. */
  add(onlooker: Onlooker): () => void {
    this.#all.add(onlooker);
    this.#settle();
    return () => {
      this.#all.delete(onlooker);
      this.#settle();
    };
  }

  #settle(): void {
    const all = [...this.#all];
    const tellAll = (resolution: Resolution) => {
      for (const onlooker of all) onlooker(resolution);
    };
    this.tell = all.length === 0 ? null : tellAll;
  }
}
