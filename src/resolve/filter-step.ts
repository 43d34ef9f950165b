import { PREFIX_RECORDS } from '../identifier/prefix.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { KnownIdentifiers } from '../registry/known-identifiers.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import { absentHere } from './absent.ts';
import type { Context } from './context.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface FilterStepOptions {
  readonly known: Pick<KnownIdentifiers, 'lacks'>;
  readonly prefixes: PrefixTable;
  readonly computed: Pick<ComputedTable, 'find'>;
  readonly nodeName: string;
  /** Whether the node's change feed is being followed; without it nothing is surely absent. */
  readonly isCurrent: () => boolean;
  readonly next: Resolver;
}

/**
 * Says at once that an identifier is absent where that is sure: its prefix is hosted here, it was never registered, and no pattern
 * computes it. Nothing is kept of such an answer, so a flood of random names costs neither database nor memory.
 */
export class FilterStep implements Resolver {
  readonly #options: FilterStepOptions;

  constructor(options: FilterStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const { known, isCurrent, next } = this.#options;
    if (query.authoritative || !known.lacks(query.key) || !isCurrent()) return next.resolve(query, context);
    return this.#absent(query, context) ?? next.resolve(query, context);
  }

  /** Null: it is for another step to say. */
  #absent(query: Query, { trace }: Context): Outcome | null {
    const { prefixes, computed, nodeName: node } = this.#options;
    const entry = prefixes.match(query.place);
    if (entry === null || entry.site !== null || query.prefix === PREFIX_RECORDS) return null;
    if (prefixes.findWithdrawn(query.place) !== null) return null;
    if (computed.find(query, prefixes.suffixCase(query.prefix)) !== null) return null;
    const outcome = absentHere(query, { matched: entry.prefix, node, source: 'filter' });
    const { kind, source, ttl } = outcome;
    trace?.add({ node, prefix: entry.prefix, outcome: kind, source, ttl, milliseconds: 0 });
    return outcome;
  }
}
