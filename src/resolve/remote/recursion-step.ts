import { KapokError } from '../../errors/kapok-error.ts';
import { isUnder } from '../../identifier/prefix.ts';
import { httpServersOf, type Site } from '../../record/site.ts';
import type { PrefixTable } from '../../registry/prefix-table.ts';
import { responsibleNode } from '../answer-json.ts';
import type { Answer } from '../cached-outcome.ts';
import type { Context } from '../context.ts';
import { REMOTE_TTL_MAX } from '../lifetimes.ts';
import type { Outcome, Query } from '../outcome.ts';
import type { Resolver } from '../resolver.ts';
import type { Hop } from '../trace.ts';
import { decodeAnswer } from './decode-answer.ts';
import { Hold, type Seen } from './hold.ts';
import type { Cut, ReferralCache, Referred } from './referral-cache.ts';
import type { SiteClient } from './site-client.ts';
import type { Watches } from './watches.ts';

/** No real tree is deeper; RFC 3652 calls the failure "recursion limit exceeded". */
export const MAX_HOPS = 16;

export interface RecursionStepOptions {
  readonly prefixes: PrefixTable;
  readonly referrals: ReferralCache;
  readonly client: SiteClient;
  readonly watches: Pick<Watches, 'see'>;
  /** Where to begin for prefixes that are not below this node. */
  readonly root: Site | null;
  readonly nodeName: string;
  readonly now: () => number;
}

/** Follows referrals down the tree, each of which must lead to a longer prefix, until a node answers. */
export class RecursionStep implements Resolver {
  readonly #options: RecursionStepOptions;

  constructor(options: RecursionStepOptions) {
    this.#options = options;
  }

  async resolve(query: Query, context: Context): Promise<Outcome> {
    const { referrals } = this.#options;
    const start = this.#start(query);
    const shortcut = query.authoritative ? null : referrals.find(query.place, { stale: false });
    if (shortcut !== null && isDeeper(shortcut, start)) {
      this.#traceReferral(context, shortcut, 'a referral that was given before');
      try {
        return await this.#descend(query, context, shortcut);
      } catch (error) {
        // The prefix may have moved since the referral was given, also to the node above: ask again from the top.
        if (!isOutage(error) && !isLoop(error)) throw error;
        referrals.delete(shortcut.prefix);
        this.#traceStart(context, start);
        return this.#descend(query, context, start);
      }
    }
    this.#traceStart(context, start);
    try {
      return await this.#descend(query, context, start);
    } catch (error) {
      // The prefix moved back to the node above between that one's answer and this one's: once more.
      if (isLoop(error)) return this.#descend(query, context, start);
      // A node in between is down, the responsible one may be up: an outlived referral still leads there.
      const outlived = isOutage(error) ? referrals.find(query.place, { stale: true }) : null;
      if (outlived === null || !isDeeper(outlived, start)) throw error;
      this.#traceReferral(context, outlived, 'a referral that has outlived its time');
      return this.#descend(query, context, outlived);
    }
  }

  #start(query: Query): Cut {
    const entry = this.#options.prefixes.match(query.place);
    if (entry !== null && entry.site !== null) return { prefix: entry.prefix, site: entry.site, seen: [] };
    if (this.#options.root === null) throw new KapokError('NOT_RESPONSIBLE', { subject: query.text });
    return { prefix: null, site: this.#options.root, seen: [] };
  }

  async #descend(query: Query, context: Context, from: Cut): Promise<Answer> {
    let cut = from;
    const path = [this.#options.nodeName];
    for (let hops = 1; hops <= MAX_HOPS; hops++) {
      const { outcome, seen: last } = await this.#ask(query, context, cut);
      path.push(responsibleNode(outcome));
      const seen = cut.seen === undefined || last === null ? undefined : [...cut.seen, last];
      if (outcome.kind !== 'referral') return { ...outcome, path, ...kept(outcome, seen, query) };
      const next = { prefix: outcome.prefix, site: outcome.site, ...(seen === undefined ? {} : { seen }) };
      if (!isUnder(query.place, outcome.prefix) || !isDeeper(next, cut)) {
        const message = `Node ${responsibleNode(outcome)}, asked for ${cut.prefix ?? 'the root'}, refers back to ${outcome.prefix}`;
        throw new KapokError('LOOP', { message, subject: query.text });
      }
      this.#options.referrals.put(next, kept(outcome, seen, query).ttl);
      cut = next;
    }
    throw new KapokError('TOO_MANY_HOPS', { message: `No node answered within ${MAX_HOPS} hops`, subject: query.text });
  }

  async #ask(query: Query, context: Context, cut: Cut): Promise<{ outcome: Outcome; seen: Seen | null }> {
    const { client, watches, now } = this.#options;
    const servers = httpServersOf(cut.site);
    const begun = now();
    let failure: unknown = new KapokError('UPSTREAM_UNREACHABLE', {
      message: 'The site has no HTTP interface',
    });
    for (const server of servers) {
      try {
        const explain = context.trace === null ? {} : { explain: true };
        const auth = query.authoritative ? { auth: true } : {};
        const span = context.span === undefined ? {} : { span: context.span };
        const asked = {
          identifier: query.text,
          recursive: false,
          deadline: context.deadline,
          ...auth,
          ...explain,
          ...span,
        };
        const { answer, position } = await client.ask(server, asked);
        this.#trace(context, answer.trace, begun);
        const outcome = decodeAnswer(answer, { identifier: query.text, url: server.url });
        return { outcome, seen: watches.see(server, { place: cut.prefix, position }) };
      } catch (error) {
        failure = error;
        // Another server of the site may be well.
        if (!isOutage(error) && !isUnusable(error)) break;
      }
    }
    const note = failure instanceof Error ? failure.message : String(failure);
    const node = servers[0]?.url ?? 'unknown';
    context.trace?.add({ ...STEP, node, prefix: cut.prefix, outcome: 'failed', milliseconds: now() - begun, note });
    throw aboutQuery(failure, query, cut);
  }

  #traceStart({ trace }: Context, { prefix }: Cut): void {
    if (trace === null) return;
    const { prefixes, nodeName: node } = this.#options;
    const ttl = prefix === null ? null : (prefixes.find(prefix)?.ttl ?? null);
    trace.add({ ...STEP, node, prefix, outcome: 'referral', source: 'prefixes', ttl });
  }

  #traceReferral({ trace }: Context, { prefix, freshUntil }: Referred, note: string): void {
    const { nodeName: node, now } = this.#options;
    const ttl = Math.max(0, (freshUntil - now()) / 1000);
    trace?.add({ ...STEP, node, prefix, outcome: 'referral', source: 'memory', ttl, note });
  }

  /** The other node's own hops; the last one takes the time that passed here, network included. */
  #trace({ trace }: Context, answered: unknown, begun: number): void {
    if (trace === null || !Array.isArray(answered)) return;
    const hops = answered.slice(0, MAX_HOPS).filter(isHop);
    hops.forEach((hop, i, all) => {
      trace.add(i === all.length - 1 ? { ...hop, milliseconds: this.#options.now() - begun } : hop);
    });
  }
}

const STEP = { source: null, ttl: null, milliseconds: 0 } as const;

/**
 * As long as it says while the nodes on the way to it are followed, and not at all when they have told of something newer;
 * otherwise for a second.
 */
function kept({ ttl, stale }: Outcome, seen: readonly Seen[] | undefined, query: Query): { ttl: number; hold?: Hold } {
  const hold = seen === undefined || stale !== undefined ? null : new Hold(seen);
  if (hold?.current === true) return hold.covers(query) ? { ttl, hold } : { ttl: 0 };
  return { ttl: Math.min(ttl, REMOTE_TTL_MAX) };
}

function isDeeper(cut: Cut, than: Cut): boolean {
  if (than.prefix === null) return cut.prefix !== null;
  return cut.prefix !== null && cut.prefix !== than.prefix && isUnder(cut.prefix, than.prefix);
}

function isOutage(error: unknown): boolean {
  return error instanceof KapokError && (error.code === 'UPSTREAM_UNREACHABLE' || error.code === 'UPSTREAM_TIMEOUT');
}

function isLoop(error: unknown): boolean {
  return error instanceof KapokError && error.code === 'LOOP';
}

function isUnusable(error: unknown): boolean {
  return error instanceof KapokError && error.code === 'UPSTREAM_INVALID';
}

function isHop(hop: unknown): hop is Hop {
  if (typeof hop !== 'object' || hop === null) return false;
  const { node, milliseconds } = hop as Partial<Hop>;
  return typeof node === 'string' && typeof milliseconds === 'number';
}

/** A failure of the call itself knows neither the identifier nor the prefix that it was about. */
function aboutQuery(failure: unknown, { text: subject }: Query, { prefix }: Cut): unknown {
  if (!(failure instanceof KapokError) || failure.subject !== undefined) return failure;
  const message = `${failure.message}; it answers for ${prefix ?? 'the root'}`;
  return new KapokError(failure.code, { message, subject, cause: failure });
}
