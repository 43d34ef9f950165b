import { join } from 'node:path';
import { createAdministration } from './access/administration.ts';
import { Authenticator } from './access/authenticator.ts';
import { createImportRights } from './access/import-rights.ts';
import { NodeCaller } from './access/node-caller.ts';
import { openNodeKey } from './access/node-key.ts';
import { recallCaller } from './access/recall-caller.ts';
import { createSchemes } from './access/schemes.ts';
import { createFirstToken, storeOperatorToken } from './access/tokens.ts';
import { MemoryCache } from './cache/memory-cache.ts';
import { openRedis } from './cache/open-redis.ts';
import { RateCounters } from './cache/rate-counters.ts';
import type { Config } from './config/config.ts';
import { secretKeyFileOf } from './config/data-folder.ts';
import { createNetworks } from './config/networks.ts';
import { Database } from './database/database.ts';
import { openDatabaseServer } from './database/embedded/database-server.ts';
import { migrate } from './database/migrate.ts';
import { Replicas } from './database/replicas.ts';
import { KapokError } from './errors/kapok-error.ts';
import { releaseDue } from './governance/allotments/release-prefix.ts';
import { StandingFollower } from './governance/enrolment/standing-follower.ts';
import { openDailyDeposits } from './governance/escrow/daily-deposits.ts';
import { lapseFilings } from './governance/filings/lapse-filings.ts';
import { Housekeeper } from './governance/housekeeper.ts';
import { openProber } from './governance/monitoring/prober.ts';
import { Pulls } from './governance/moves/pulls.ts';
import { openReporter } from './governance/reports/stream/open-reporter.ts';
import { Secrets } from './governance/secrets/secrets.ts';
import { Counts } from './governance/statistics/counts.ts';
import { StatisticsWriter } from './governance/statistics/statistics-writer.ts';
import { TopPrefixes } from './governance/statistics/top-prefixes.ts';
import { endTransfers } from './governance/transfers/end-transfers.ts';
import { clearDeliveries } from './governance/webhooks/deliveries.ts';
import { WebhookSender } from './governance/webhooks/webhook-sender.ts';
import { createApp } from './http/app.ts';
import { whyDegraded } from './http/degraded.ts';
import type { HttpServer } from './http/http-server.ts';
import { listen } from './http/listen.ts';
import { siteOfUrl } from './record/site.ts';
import { ComputedTable } from './registry/computed/computed-table.ts';
import { type Change, readNode } from './registry/feed.ts';
import { Endings } from './registry/import/job/endings.ts';
import { Imports } from './registry/import/job/imports.ts';
import { ImportRunner } from './registry/import/job/runner.ts';
import { Spool } from './registry/import/job/spool.ts';
import { KnownIdentifiers } from './registry/known-identifiers.ts';
import { ensureOwnPrefix } from './registry/own-prefix.ts';
import { PrefixTable } from './registry/prefix-table.ts';
import { PrefixWaiters } from './registry/prefix-waiters.ts';
import { RecentChanges } from './registry/recent-changes.ts';
import { RecordReader } from './registry/record-reader.ts';
import { TemplateChecker } from './registry/templates.ts';
import type { CachedOutcome } from './resolve/cached-outcome.ts';
import { buildChain } from './resolve/chain.ts';
import { Coherence } from './resolve/coherence.ts';
import { createKeyRecords } from './resolve/key-records.ts';
import { Lookouts } from './resolve/lookouts.ts';
import { Onlookers } from './resolve/onlookers.ts';
import { ReferralCache } from './resolve/remote/referral-cache.ts';
import { RestingServers } from './resolve/remote/resting-servers.ts';
import { Watches } from './resolve/remote/watches.ts';
import { Catalogue } from './search/catalogue.ts';
import { CatalogueHead } from './search/catalogue-head.ts';
import { Indexer, type IndexerOptions } from './search/indexer.ts';
import { Mirrors } from './search/mirror/mirrors.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createStats } from './telemetry/stats.ts';
import { createTimings } from './telemetry/timings.ts';
import { findTraces } from './telemetry/traces/find-traces.ts';
import type { Neighbours } from './workers/neighbours.ts';

/** Connections that resolution can use at once: as many as the record reader has statements under way, and the feed's. */
const MOST_READERS = 5;

export interface RunningNode {
  /** Where the node listens, `http://host:port`. */
  readonly url: string;
  readonly name: string;
  /** The first operator token; null when the node had one already. It is never shown again. */
  readonly firstToken: string | null;
  /** Accepts no more connections, and ends each with its next answer; see HttpServer. */
  drain(): Promise<void>;
  /** Stops accepting, finishes what is under way, closes. Can be called twice. */
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly log?: Logger;
  /** The other processes of the node on this machine, when there are any. */
  readonly neighbours?: Neighbours | null;
}

/** Starts a node: everything that a Config describes, and nothing that outlives `close()`. */
export async function startNode(config: Config, options: NodeOptions = {}): Promise<RunningNode> {
  const name = config.prefix ?? 'resolver';
  const log = options.log ?? createLogger({ level: config.logLevel, node: name });
  const closers: (() => Promise<unknown>)[] = [];
  // In the reverse of the order of opening; one that fails does not keep the others open.
  const close = async () => {
    for (const closer of closers.splice(0).reverse())
      await closer().catch((err) => log.error({ err }, 'closing failed'));
  };
  try {
    const { neighbours = null } = options;
    return { ...(await open({ config, name, log, closers, neighbours })), name, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  readonly config: Config;
  readonly name: string;
  readonly log: Logger;
  readonly closers: (() => Promise<unknown>)[];
  readonly neighbours: Neighbours | null;
}

type Opened = Pick<RunningNode, 'url' | 'firstToken' | 'drain'>;

async function open({ config, name, log, closers, neighbours }: Opening): Promise<Opened> {
  const now = Date.now;
  const traces = await findTraces(config, { node: name, log });
  closers.push(async () => traces?.close());
  const { url: databaseAt, close } = await openDatabaseServer(config, log);
  closers.push(close);
  const readers = Math.min(MOST_READERS, Math.floor(config.databasePool / 2));
  const database = new Database({ url: databaseAt, poolSize: config.databasePool - readers });
  closers.push(() => database.close());
  // Resolution and the change feed have connections of their own: a crowd of writers must not keep them waiting.
  const reading = new Database({ url: databaseAt, poolSize: readers });
  closers.push(() => reading.close());
  for (const file of await migrate(database)) log.info({ file }, 'migration applied');
  if (config.capabilities.has('hosts') && config.prefix !== null) await ensureOwnPrefix(database, config.prefix);
  const firstToken = await firstTokenOf(database, config);

  const nodeKey = await openNodeKey(database);
  const secretFile = secretKeyFileOf(config.dataDir, name);
  const secrets = new Secrets({ database, configured: config.secretKey, file: secretFile });
  if (!(await secrets.start())) log.warn({ file: secretFile }, 'this process has no key for the personal data');
  const { id, feedHead } = await readNode(database);
  const prefixes = new PrefixTable();
  await prefixes.load(database);
  const computed = new ComputedTable();
  await computed.load(database);
  const timings = createTimings();
  const records = new RecordReader(reading, timings);
  const onLost = (err: unknown) => log.warn({ err }, 'a replica of the database is left alone until it answers as one');
  const replicas = await Replicas.open({ urls: config.databaseReplicas, poolSize: readers, primary: reading, onLost });
  closers.push(() => replicas.close());
  const needed = () => (follower.current ? follower.cursor : null);
  const nearby = new RecordReader(reading, { ...timings, nearby: { replicas, needed } });
  const templates = new TemplateChecker(reading);
  const memory = new MemoryCache<CachedOutcome>({ maxBytes: config.cacheBytes });
  const stats = createStats();
  const counts = new Counts({ now, onFilling: () => statistics.wake() });
  const onUncounted = (err: unknown) => log.warn({ err }, 'statistics cannot be stored, and are counted on');
  const top = new TopPrefixes(now());
  const statistics = new StatisticsWriter({ database, counts, top, now, onError: onUncounted });
  closers.push(() => statistics.close());

  const referrals = new ReferralCache(now);
  const redis = config.redis === null ? null : openRedis({ place: config.redis, nodeId: id, now });
  closers.push(async () => redis?.close());
  const catalogue = new Catalogue();
  let isImporting = () => false;
  const indexing = { database, catalogue, log, isImporting: () => isImporting() };
  const indexer = config.capabilities.has('hosts') ? openIndexer(indexing) : null;
  closers.push(async () => indexer?.close());
  const recentChanges = new RecentChanges({ feed: id, head: feedHead });
  const prefixWaiters = new PrefixWaiters();
  const onApplied = (changes: readonly Change[]) => {
    recentChanges.append(changes);
    if (changes.some(({ kind }) => kind === 'prefix')) prefixWaiters.wake();
    indexer?.wake();
  };
  const hosting = config.capabilities.has('hosts') && config.filterBytes > 0;
  const known = hosting ? new KnownIdentifiers({ database, maxBytes: config.filterBytes, log }) : null;
  closers.push(async () => known?.close());
  const coherence = new Coherence({
    ...{ database: reading, from: feedHead, prefixes, computed, known, memory, referrals },
    ...{ redis, neighbours, now, onApplied },
  });
  closers.push(() => coherence.close());
  await coherence.start();
  known?.start();
  const { follower } = coherence;

  let url = '';
  const ownSite = () => siteOfUrl(config.publicUrl ?? url, { description: name, publicKey: nodeKey.publicKey });
  const isCurrent = () => follower.current;
  const caller = new NodeCaller({ connectTimeout: config.hopTimeout, now });
  closers.push(() => caller.close());
  const resting = new RestingServers(now);
  const watches = new Watches({ caller, memory, referrals, resting, now });
  closers.push(() => watches.close());
  const catalogueHead = new CatalogueHead(database);
  const { hopTimeout, reconcileEvery } = config;
  const following = { database, catalogue, prefixes, caller, key: nodeKey, hopTimeout, reconcileEvery, log };
  const mirrors = config.capabilities.has('delegates')
    ? new Mirrors({ ...following, onApplied: () => catalogueHead.wake() })
    : null;
  closers.push(async () => mirrors?.close());
  const reporter = openReporter({ database, prefixes, caller, key: nodeKey, config, ownSite, now, log });
  closers.push(async () => reporter?.close());
  const onlookers = new Onlookers();
  const shared = {
    ...{ config, nodeName: name, prefixes, computed, records, known, memory, caller, nodeKey, ownSite, now },
    ...{ stats, onlookers, counts, traces },
  };
  const { resolver, misses, remote } = buildChain({
    ...shared,
    ...timings,
    nearby,
    referrals,
    watches,
    resting,
    redis,
    isCurrent,
  });
  const gauges = {
    feedCursor: () => follower.cursor,
    feedLag: () => follower.lag / 1000,
    topPrefixes: () => top.heaviest,
    prefixes: () => prefixes.size,
    misses,
    filter: known,
    catalogue: indexer && (() => indexer.progress),
    mirrors: mirrors && (() => mirrors.counts),
    watches: () => watches.counts,
  };
  const metrics = createMetrics({ stats, timings, cache: memory, neighbours, spans: traces, ...gauges });
  // The write is committed whatever happens now: a feed that cannot be read makes the caches distrust themselves.
  const announce = () => coherence.announce().catch((err) => log.warn({ err }, 'the change feed cannot be read'));
  const housekeeper = new Housekeeper({
    chores: [
      { name: 'release prefixes', run: (moment) => releaseDue(database, moment) },
      { name: 'lapse filings', run: (moment) => lapseFilings(database, moment) },
      { name: 'end transfers', run: (moment) => endTransfers(database, moment, templates) },
      { name: 'clear deliveries', run: (moment) => clearDeliveries(database, moment) },
    ],
    now,
    onDone: () => void announce(),
    onError: (chore, err) => log.warn({ err, chore }, 'a chore has failed, and is tried again'),
  });
  closers.push(() => housekeeper.close());
  const keys = createKeyRecords({ prefixes, records, remote, deadline: config.deadline, now });
  const authenticator = new Authenticator(createSchemes({ config, database, keys, nodeKey, now }));
  const administration = createAdministration(prefixes, records);
  const spool = new Spool(join(config.dataDir, 'imports'));
  const endings = new Endings();
  const runner = new ImportRunner({
    ...{ database, spool, templates, endings, log },
    now: () => new Date(now()),
    rightsOf: async ({ actor, subject }) => {
      const started = await recallCaller(database, { id: actor, subject });
      if (started !== null) return createImportRights(started, { prefixes, administration });
      throw new KapokError('INVALID_CREDENTIAL', {
        message: 'The token that started the import is expired or revoked',
      });
    },
    onCommitted: () => void announce(),
  });
  isImporting = () => runner.isRunning;
  const imports = new Imports({ database, spool, runner, endings });
  const { quarantineDays } = config;
  const pulls = new Pulls({ database, caller, key: nodeKey, quarantineDays, now, announce, log });
  const allowed = createNetworks(config.webhookNetworks);
  const webhooks = new WebhookSender({ database, secrets, allowed, now, random: Math.random, log });
  closers.push(() => webhooks.close());
  const standing = new StandingFollower({ database, caller, key: nodeKey, hopTimeout, announce, log });
  closers.push(() => standing.close());
  const app = await createApp({
    ...shared,
    lookouts: new Lookouts({ onlookers, neighbours }),
    degraded: () => whyDegraded({ redis: redis?.cache ?? null, ...gauges }),
    catalogueHead,
    database,
    secrets,
    webhooks,
    authenticator,
    keys,
    administration,
    recentChanges,
    rateCounters: redis?.rateCounters ?? new RateCounters({ redis: null, nodeId: id, now }),
    templates,
    imports,
    pulls,
    resolver,
    follower,
    prefixWaiters,
    standing,
    announce,
    metrics,
    log,
  });
  closers.push(() => app.close());
  // Before the service, which waits for those who follow an import.
  closers.push(() => imports.close());
  closers.push(() => pulls.close());
  url = await listen(app, config);
  if (config.capabilities.has('hosts')) runner.start();
  mirrors?.start();
  if (config.capabilities.has('hosts')) housekeeper.start();
  if (config.capabilities.has('hosts')) webhooks.start();
  statistics.start();
  reporter?.start();
  standing.start();
  await pulls.start();
  const probing = { database, prefixes, caller, every: config.probeEvery, timeout: hopTimeout, announce, log };
  const prober = openProber({ ...probing, delegates: config.capabilities.has('delegates') });
  closers.push(async () => prober?.close());
  const deposits = openDailyDeposits({ database, name, key: nodeKey, secrets, ...config.escrow, log });
  closers.push(async () => deposits?.close());
  log.info({ url, prefix: config.prefix, capabilities: [...config.capabilities] }, 'node is ready');
  return { url, firstToken, drain: () => (app.server as HttpServer).drain() };
}

type Indexing = Omit<IndexerOptions, 'onError'> & { readonly log: Logger };

function openIndexer({ log, ...parts }: Indexing): Indexer {
  const indexer = new Indexer({ ...parts, onError: (err) => log.warn({ err }, 'the catalogue cannot be kept up') });
  indexer.start();
  return indexer;
}

async function firstTokenOf(database: Database, { operatorToken }: Config): Promise<string | null> {
  if (operatorToken === null) return createFirstToken(database);
  await storeOperatorToken(database, operatorToken, 'operator token of the environment');
  return null;
}
