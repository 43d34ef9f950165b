import { PREFIX_RECORDS } from '../identifier/prefix.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { KnownIdentifiers } from '../registry/known-identifiers.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import { absentHere } from './absent.ts';
import type { Context } from './context.ts';
import type { Outcome, Query } from './outcome.ts';

export interface KnownAbsenceOptions {
  readonly known: Pick<KnownIdentifiers, 'lacks'>;
  readonly prefixes: PrefixTable;
  readonly computed: Pick<ComputedTable, 'find'>;
  readonly nodeName: string;
  /** Whether the node's change feed is being followed; without it nothing is surely absent. */
  readonly isCurrent: () => boolean;
  readonly now: () => number;
}

/** Names that are looked up all the same in each stretch of time, in milliseconds: who has just registered one elsewhere finds it. */
const LOOKED_UP = 32;
const STRETCH = 100;

/**
 * Says at once, in a flood of them, that identifiers are absent where that is sure: their prefix is hosted here, they were never
 * registered, and no pattern computes them. Nothing is kept of such an answer, so random names cost neither database nor memory.
 * Another process may have registered one a moment ago, and this one not know of it: so as long as they are few, the database is asked.
 */
export class KnownAbsence {
  readonly #options: KnownAbsenceOptions;
  #began = 0;
  #lookedUp = 0;

  constructor(options: KnownAbsenceOptions) {
    this.#options = options;
  }

  /** Null: it is for a step to say. */
  find(query: Query, context: Context): Outcome | null {
    const { known, isCurrent } = this.#options;
    if (query.authoritative || !known.lacks(query.key) || !isCurrent()) return null;
    return this.#absent(query, context);
  }

  /** Whether there have lately been so many that the next one is not worth a look into the database. */
  #isFlooded(): boolean {
    const now = this.#options.now();
    if (now - this.#began >= STRETCH) {
      this.#began = now;
      this.#lookedUp = 0;
    }
    return ++this.#lookedUp > LOOKED_UP;
  }

  #absent(query: Query, { trace }: Context): Outcome | null {
    const { prefixes, computed, nodeName: node } = this.#options;
    const entry = prefixes.match(query.place);
    if (entry === null || entry.site !== null || query.prefix === PREFIX_RECORDS) return null;
    if (prefixes.findWithdrawn(query.place) !== null) return null;
    if (computed.find(query, prefixes.suffixCase(query.prefix)) !== null || !this.#isFlooded()) return null;
    const outcome = absentHere(query, { matched: entry.prefix, node, source: 'filter' });
    const { kind, source, ttl } = outcome;
    trace?.add({ node, prefix: entry.prefix, outcome: kind, source, ttl, milliseconds: 0 });
    return outcome;
  }
}
