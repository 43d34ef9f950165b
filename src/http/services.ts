import type { Administration } from '../access/administration.ts';
import type { Authenticator } from '../access/authenticator.ts';
import type { KeyRecords } from '../access/handle/prove-key.ts';
import type { NodeCaller } from '../access/node-caller.ts';
import type { NodeKey } from '../access/node-key.ts';
import type { MemoryCache } from '../cache/memory-cache.ts';
import type { RateCounters } from '../cache/rate-counters.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { StandingFollower } from '../governance/enrolment/standing-follower.ts';
import type { Pulls } from '../governance/moves/pulls.ts';
import type { Secrets } from '../governance/secrets/secrets.ts';
import type { Counts } from '../governance/statistics/counts.ts';
import type { WebhookSender } from '../governance/webhooks/webhook-sender.ts';
import type { Site } from '../record/site.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { FeedFollower } from '../registry/feed-follower.ts';
import type { Imports } from '../registry/import/job/imports.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { PrefixWaiters } from '../registry/prefix-waiters.ts';
import type { RecentChanges } from '../registry/recent-changes.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { TemplateChecker } from '../registry/templates.ts';
import type { CachedOutcome } from '../resolve/cached-outcome.ts';
import type { CountingStep } from '../resolve/counting-step.ts';
import type { Lookouts } from '../resolve/lookouts.ts';
import type { Onlookers } from '../resolve/onlookers.ts';
import type { CatalogueHead } from '../search/catalogue-head.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ResolutionStats } from '../telemetry/stats.ts';
import type { Traces } from '../telemetry/traces/traces.ts';

/** What the HTTP service stands on: made once by the composition root, never looked up by name. */
export interface Services {
  readonly config: Config;
  /** The node's prefix, or "resolver". */
  readonly nodeName: string;
  readonly database: Database;
  readonly authenticator: Authenticator;
  readonly administration: Administration;
  readonly rateCounters: RateCounters;
  readonly keys: KeyRecords;
  readonly prefixes: PrefixTable;
  readonly computed: ComputedTable;
  readonly records: RecordReader;
  readonly memory: MemoryCache<CachedOutcome>;
  readonly templates: TemplateChecker;
  readonly imports: Imports;
  readonly resolver: CountingStep;
  /** Those who watch resolutions go by. */
  readonly onlookers: Onlookers;
  readonly lookouts: Lookouts;
  /** Why the node does its work less well than it could, though it does it. */
  readonly degraded: () => readonly string[];
  /** What statistics are made of. */
  readonly counts: Counts;
  /** The prefixes that this node takes over from another. */
  readonly pulls: Pulls;
  readonly follower: FeedFollower;
  /** Wakes who waits for a change of prefixes. */
  readonly prefixWaiters: PrefixWaiters;
  /** Follows how the own prefix stands at the node above. */
  readonly standing: StandingFollower;
  /** Wakes who waits for rows of the catalogue. */
  readonly catalogueHead: CatalogueHead;
  /** Applies a committed change here, and tells the node's other processes. */
  readonly announce: () => Promise<void>;
  /** Where this node is reached, and its public key. */
  readonly ownSite: () => Site;
  /** Calls other nodes. */
  readonly caller: NodeCaller;
  readonly nodeKey: NodeKey;
  /** Seals personal data. */
  readonly secrets: Secrets;
  /** Sends notices to the webhooks of organisations. */
  readonly webhooks: WebhookSender;
  readonly stats: ResolutionStats;
  readonly recentChanges: RecentChanges;
  readonly metrics: Metrics;
  /** Null: no request is followed. */
  readonly traces: Traces | null;
  readonly log: Logger;
  readonly now: () => number;
}
