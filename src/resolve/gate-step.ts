import { KapokError } from '../errors/kapok-error.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Context } from './context.ts';
import { FairRoom, type Limit } from './fair-room.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface GateStepOptions {
  readonly prefixes: Pick<PrefixTable, 'match'>;
  /** Of everything that is under way. */
  readonly all: Limit;
  /** Of what was asked for by itself: a batch is one request, however many identifiers it names. */
  readonly single: Limit;
  readonly next: Resolver;
  readonly count: (event: 'shed') => void;
}

/** Bounds what is under way behind the caches, in all and by prefix. What finds no room fails at once with OVERLOADED. */
export class GateStep implements Resolver {
  readonly #options: GateStepOptions;
  readonly #forBatch: readonly FairRoom[];
  readonly #forSingle: readonly FairRoom[];

  constructor(options: GateStepOptions) {
    this.#options = options;
    const all = new FairRoom(options.all);
    this.#forBatch = [all];
    this.#forSingle = [all, new FairRoom(options.single)];
  }

  /** Why this one finds no room; null: it may come. */
  refusal(query: Query, context: Context): KapokError | null {
    const rooms = this.#roomsFor(context);
    if (rooms.every((room) => room.isWide)) return null;
    const place = this.#placeOf(query);
    if (rooms.every((room) => room.hasRoom(place))) return null;
    this.#options.count('shed');
    return refused(query);
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const refusal = this.refusal(query, context);
    if (refusal !== null) throw refusal;
    const outcome = this.#options.next.resolve(query, context);
    if (outcome instanceof Promise) this.#hold(query, { context, outcome });
    return outcome;
  }

  /** The prefix that this node knows: names that were made up share one room. */
  #placeOf({ place }: Query): string {
    return this.#options.prefixes.match(place)?.prefix ?? '';
  }

  #roomsFor({ inBatch }: Context): readonly FairRoom[] {
    return inBatch === true ? this.#forBatch : this.#forSingle;
  }

  #hold(query: Query, { context, outcome }: { context: Context; outcome: Promise<Outcome> }): void {
    const place = this.#placeOf(query);
    const rooms = this.#roomsFor(context);
    for (const room of rooms) room.enter(place);
    const leave = () => {
      for (const room of rooms) room.leave(place);
    };
    outcome.then(leave, leave);
  }
}

/** Without its stack, which says nothing here and costs ten times the rest: refusing must be cheap, or it does not help. */
function refused({ text: subject }: Query): KapokError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new KapokError('OVERLOADED', { subject });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
