import { KapokError } from '../errors/kapok-error.ts';
import { PREFIX_RECORDS } from '../identifier/prefix.ts';
import type { Site } from '../record/site.ts';
import type { PrefixEntry } from '../registry/prefix-entry.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Context } from './context.ts';
import { WITHDRAWN_TTL } from './lifetimes.ts';
import type { Outcome, Query } from './outcome.ts';
import { prefixRecord } from './prefix-record.ts';
import type { Awaitable, Resolver } from './resolver.ts';

export interface AuthorityStepOptions {
  readonly prefixes: PrefixTable;
  readonly nodeName: string;
  /** Where this node itself is reached. */
  readonly ownSite: () => Site;
  /** Answers for the prefixes that are hosted here. */
  readonly hosted: Resolver;
  /** Follows referrals; null on a node that does not recurse. */
  readonly recursion: Resolver | null;
  /** Whether there is a node to ask for prefixes that are not below this one. */
  readonly hasRoot: boolean;
}

/** Decides who answers for a prefix: withdrawn, hosted here, delegated, or someone else's altogether. */
export class AuthorityStep implements Resolver {
  readonly #options: AuthorityStepOptions;

  constructor(options: AuthorityStepOptions) {
    this.#options = options;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    const { prefixes, nodeName: node, hosted, recursion, hasRoot, ownSite } = this.#options;
    const withdrawn = prefixes.findWithdrawn(query.place);
    if (withdrawn !== null) return this.#traced(withdrawnBy(withdrawn, node), context, withdrawn);
    const entry = prefixes.match(query.place);
    if (entry !== null) {
      const answersHere = entry.site === null || entry.prefix === query.place;
      if (query.prefix === PREFIX_RECORDS && answersHere) {
        return this.#traced(prefixRecord(query, entry, { node, ownSite: ownSite() }), context, entry);
      }
      if (entry.site === null) return hosted.resolve(query, context);
    }
    if (query.recursive && recursion !== null && (entry !== null || hasRoot)) return recursion.resolve(query, context);
    if (entry === null || entry.site === null) throw notResponsible(query, node);
    const { prefix, site, ttl } = entry;
    return this.#traced(
      { kind: 'referral', prefix, site, ttl, source: 'prefixes', path: [node], own: true },
      context,
      entry,
    );
  }

  #traced(outcome: Outcome, { trace }: Context, { prefix }: PrefixEntry): Outcome {
    const { kind, source, ttl } = outcome;
    trace?.add({ node: this.#options.nodeName, prefix, outcome: kind, source, ttl, milliseconds: 0 });
    return outcome;
  }
}

function withdrawnBy({ prefix, status }: PrefixEntry, node: string): Outcome {
  const reason = status === 'revoked' ? 'revoked' : 'suspended';
  const known = {
    ttl: WITHDRAWN_TTL,
    source: 'prefixes',
    path: [node],
    own: true,
    version: 0,
    successor: null,
  } as const;
  return { kind: 'withdrawn', reason, prefix, ...known };
}

function notResponsible(query: Query, node: string): KapokError {
  const message = `Prefix ${query.place} is not below this node (${node}), and it has no other node to ask`;
  return new KapokError('NOT_RESPONSIBLE', { message, subject: query.text });
}
