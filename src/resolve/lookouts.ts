import { randomUUID } from 'node:crypto';
import type { Neighbours } from '../workers/neighbours.ts';
import { Lookout, type Seen, type Sight } from './lookout.ts';
import type { Onlookers, Resolution } from './onlookers.ts';

/** How often what was seen is collected, in milliseconds. */
const COLLECT_EVERY = 250;
/** A lookout for another process that is not asked for this long is given up, in milliseconds. */
const FORGOTTEN_AFTER = 5_000;
/** Resolutions that wait for a reader who is slow. */
const MOST_WAITING = 20_000;

/** What a process asks the others of its node. */
interface Wanted extends Sight {
  readonly id: string;
}

interface Told extends Seen {
  /** Which lookout counts. */
  readonly by: string;
}

interface Post {
  readonly take: () => Told;
  readonly end: () => void;
}

/** A look at the resolutions of all processes that serve the node on this machine. */
export interface Watching {
  /** Those since the last time, and how many were left out since the beginning because there was no room for them. */
  take(): { readonly resolutions: readonly Resolution[]; readonly dropped: number };
  end(): void;
}

/** Watches resolutions for those who ask for it, here and for the other processes of the node. */
export class Lookouts {
  readonly #onlookers: Onlookers;
  readonly #neighbours: Neighbours | null;
  readonly #forOthers = new Map<string, { readonly post: Post; readonly timer: NodeJS.Timeout }>();

  constructor({ onlookers, neighbours }: { onlookers: Onlookers; neighbours: Neighbours | null }) {
    this.#onlookers = onlookers;
    this.#neighbours = neighbours;
    neighbours?.answer('resolutions', (wanted) => this.#tell(wanted as Wanted));
  }

  watch(sight: Sight): Watching {
    const id = randomUUID();
    const here = this.#post(sight);
    const totals = new Map<string, number>();
    let waiting: Resolution[] = [];
    let taken = 0;
    const collect = ({ by, total, resolutions }: Told) => {
      totals.set(by, Math.max(total, totals.get(by) ?? 0));
      const room = MOST_WAITING - waiting.length;
      waiting = waiting.concat(resolutions.slice(0, room));
    };
    const collectAll = async () => {
      collect(here.take());
      const others = (await this.#neighbours?.ask('resolutions', { id, ...sight } satisfies Wanted)) ?? [];
      for (const told of others) collect(told as Told);
    };
    const timer = setInterval(() => void collectAll(), COLLECT_EVERY);
    void collectAll();
    return {
      take: () => {
        const resolutions = waiting.sort((a, b) => a.at - b.at);
        waiting = [];
        taken += resolutions.length;
        const total = [...totals.values()].reduce((sum, one) => sum + one, 0);
        return { resolutions, dropped: total - taken };
      },
      end: () => {
        clearInterval(timer);
        here.end();
      },
    };
  }

  /** What another process asks for: its first question begins it, and its silence ends it. */
  #tell({ id, ...sight }: Wanted): Told {
    const post = this.#forOthers.get(id)?.post ?? this.#post(sight);
    clearTimeout(this.#forOthers.get(id)?.timer);
    const giveUp = () => {
      this.#forOthers.delete(id);
      post.end();
    };
    this.#forOthers.set(id, { post, timer: setTimeout(giveUp, FORGOTTEN_AFTER).unref() });
    return post.take();
  }

  #post(sight: Sight): Post {
    const lookout = new Lookout(sight);
    const by = randomUUID();
    return { take: () => ({ by, ...lookout.take() }), end: this.#onlookers.add(lookout.see) };
  }
}
