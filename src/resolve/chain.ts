import type { NodeCaller } from '../access/node-caller.ts';
import type { MemoryCache } from '../cache/memory-cache.ts';
import type { RedisLayer } from '../cache/open-redis.ts';
import type { Config } from '../config/config.ts';
import type { Counts } from '../governance/statistics/counts.ts';
import { parseIdentifier } from '../identifier/identifier.ts';
import { type Site, siteOfUrl } from '../record/site.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { KnownIdentifiers } from '../registry/known-identifiers.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { ResolutionStats } from '../telemetry/stats.ts';
import type { Traces } from '../telemetry/traces/traces.ts';
import { AuthorityStep } from './authority-step.ts';
import type { CachedOutcome } from './cached-outcome.ts';
import { CountingStep } from './counting-step.ts';
import { FixedLimit, type Limit } from './fair-room.ts';
import { GateStep } from './gate-step.ts';
import { HostedStep } from './hosted-step.ts';
import { KnownAbsence } from './known-absence.ts';
import { MemoryStep } from './memory-step.ts';
import { MissLimit } from './miss-limit.ts';
import type { Onlookers } from './onlookers.ts';
import { createQuery } from './query.ts';
import { RedisStep } from './redis-step.ts';
import { RecursionStep } from './remote/recursion-step.ts';
import type { ReferralCache } from './remote/referral-cache.ts';
import type { RestingServers } from './remote/resting-servers.ts';
import { SiteClient, type SiteClientOptions } from './remote/site-client.ts';
import type { Watches } from './remote/watches.ts';
import type { Resolver } from './resolver.ts';
import { SpanStep } from './span-step.ts';
import { sampleTurns } from './turn-sampler.ts';

export interface ChainOptions {
  readonly config: Config;
  readonly nodeName: string;
  readonly prefixes: PrefixTable;
  readonly computed: ComputedTable;
  readonly records: RecordReader;
  readonly nearby: RecordReader;
  /** Null: this node hosts nothing. */
  readonly known: KnownIdentifiers | null;
  readonly memory: MemoryCache<CachedOutcome>;
  readonly referrals: ReferralCache;
  readonly watches: Watches;
  readonly resting: RestingServers;
  readonly redis: Pick<RedisLayer, 'cache' | 'leases'> | null;
  readonly stats: ResolutionStats;
  readonly onlookers: Onlookers;
  readonly onHop: NonNullable<SiteClientOptions['onHop']>;
  readonly counts: Counts;
  /** Null: no request is followed. */
  readonly traces: Traces | null;
  readonly isCurrent: () => boolean;
  readonly caller: NodeCaller;
  readonly ownSite: () => Site;
  readonly now: () => number;
}

export interface Chain {
  readonly resolver: CountingStep;
  readonly misses: { readonly all: Limit; readonly single: Limit };
  /** Asks other nodes, past every cache of answers, whether this node recurses for its clients or not. */
  readonly remote: Resolver;
}

/** Builds the steps of resolution, once. */
export function buildChain(options: ChainOptions): Chain {
  const { config, nodeName, prefixes, computed, records, nearby, memory, referrals, watches, redis } = options;
  const { stats, counts, isCurrent, ownSite, caller, resting, traces, now } = options;
  const { hopTimeout } = config;
  const count = (event: Exclude<keyof ResolutionStats, 'answers'>) => {
    stats[event]++;
  };
  const shared = (next: Resolver, kind: 'own' | 'remote'): Resolver => {
    if (redis === null) return next;
    const { cache, leases } = redis;
    // The database answers as fast as Redis says who may ask it.
    const single = kind === 'own' ? null : { leases, wait: hopTimeout };
    return new RedisStep({ cache, single, next, kind, prefixes, now, count });
  };
  const unfollowed = traces === null ? undefined : () => traces.unfollowed();
  const client = new SiteClient({ caller, hopTimeout, resting, now, onHop: options.onHop, unfollowed });
  const root = config.rootUrl === null ? null : siteOfUrl(config.rootUrl);
  const recursion = new RecursionStep({ prefixes, referrals, client, watches, root, nodeName, now });
  const recurses = config.capabilities.has('recurses');
  const authority = new AuthorityStep({
    prefixes,
    nodeName,
    ownSite,
    hosted: shared(new HostedStep({ records, nearby, prefixes, computed, nodeName, now }), 'own'),
    recursion: recurses ? shared(recursion, 'remote') : null,
    hasRoot: root !== null,
  });
  const { maxMisses: max } = config;
  const misses = { all: new FixedLimit(max), single: new MissLimit({ max, sample: sampleTurns }) };
  const gate = new GateStep({ prefixes, ...misses, next: authority, count });
  const { known, onlookers } = options;
  const absence = known === null ? null : new KnownAbsence({ known, prefixes, computed, nodeName, isCurrent, now });
  const answers = new MemoryStep({
    cache: memory,
    absence,
    next: gate,
    refusal: (query, context) => gate.refusal(query, context),
    isCurrent,
    staleWait: config.staleWait,
    now,
    random: Math.random,
    renewal: (handle) => ({
      query: createQuery(parseIdentifier(handle), prefixes, { authoritative: false, recursive: recurses }),
      context: { deadline: now() + config.deadline, trace: null },
    }),
    count,
  });
  const counting = { memory: answers, counts, answers: stats.answers, onlookers };
  const next = traces === null ? answers : new SpanStep(answers);
  return { resolver: new CountingStep({ next, ...counting, prefixes, now }), misses, remote: recursion };
}
