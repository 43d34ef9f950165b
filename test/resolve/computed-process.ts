import type { Test } from 'tap';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import type { RedisLayer } from '../../src/cache/open-redis.ts';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { parseValues } from '../../src/record/parse-value.ts';
import { ComputedTable } from '../../src/registry/computed/computed-table.ts';
import { publishComputed, withdrawComputed } from '../../src/registry/computed/publish-computed.ts';
import { readNode } from '../../src/registry/feed.ts';
import { PrefixTable } from '../../src/registry/prefix-table.ts';
import { RecordReader } from '../../src/registry/record-reader.ts';
import { TemplateChecker } from '../../src/registry/templates.ts';
import { writePrefixes } from '../../src/registry/write-prefixes.ts';
import type { CachedOutcome } from '../../src/resolve/cached-outcome.ts';
import { Coherence } from '../../src/resolve/coherence.ts';
import { HostedStep } from '../../src/resolve/hosted-step.ts';
import { MemoryStep } from '../../src/resolve/memory-step.ts';
import { createQuery } from '../../src/resolve/query.ts';
import { RedisStep } from '../../src/resolve/redis-step.ts';
import { ReferralCache } from '../../src/resolve/remote/referral-cache.ts';
import type { Resolver } from '../../src/resolve/resolver.ts';
import { plainRenewal } from './outcomes.ts';

const PREFIX = parsePrefix('88.108');
export const PATTERN = 'S{counter:4}';
const now = Date.now;
const count = () => {};

/** A database with the prefix 88.108, without identifiers. */
export async function openNode(t: Test, url: string): Promise<Database> {
  const database = new Database({ url, poolSize: 8 });
  t.teardown(() => database.close());
  await migrate(database);
  const settings = { status: 'active', site: null, ttl: 60, suffixCase: 'insensitive', label: '' } as const;
  await writePrefixes(database, [{ prefix: PREFIX, ...settings }], { actor: SYSTEM });
  return database;
}

export function publish(database: Database, data: string) {
  const values = parseValues([{ index: 1, type: 'NAME', data }], new Date(0));
  const computed = { prefix: PREFIX, pattern: PATTERN, from: 0, to: null, values, actor: SYSTEM };
  return publishComputed(database, computed, new TemplateChecker(database));
}

export function withdrawPattern(database: Database) {
  return withdrawComputed(database, { prefix: PREFIX, pattern: PATTERN, from: 0 }, SYSTEM);
}

/** The steps of one process of the node; what the store says can be held back before it goes up to the caches. */
export async function openProcess(t: Test, database: Database, redis: RedisLayer | null = null) {
  const { feedHead: from } = await readNode(database);
  const prefixes = new PrefixTable();
  await prefixes.load(database);
  const computed = new ComputedTable();
  await computed.load(database);
  const memory = new MemoryCache<CachedOutcome>({ maxBytes: 1_000_000 });
  const referrals = new ReferralCache(now);
  const coherence = new Coherence({ database, from, prefixes, computed, known: null, memory, referrals, redis, now });
  t.teardown(() => coherence.close());
  // Followed only when the test says so: what a process has applied is part of the test.
  if (redis !== null) {
    await redis.cache.attach(from);
    redis.cache.trust();
  }
  const records = new RecordReader(database);
  const hosted = new HostedStep({ records, nearby: records, prefixes, computed, nodeName: '88.108', now });
  let gate: { arrived: () => void; opened: Promise<void> } | null = null;
  const held: Resolver = {
    resolve: async (query, context) => {
      const outcome = await hosted.resolve(query, context);
      const present = gate;
      gate = null;
      present?.arrived();
      await present?.opened;
      return outcome;
    },
  };
  const shared =
    redis === null
      ? held
      : new RedisStep({ cache: redis.cache, single: null, next: held, kind: 'own', prefixes, now, count });
  const step = new MemoryStep({
    cache: memory,
    next: shared,
    isCurrent: () => true,
    staleWait: 1_000,
    now,
    ...plainRenewal,
    count,
  });
  const ask = async (text: string) => {
    const query = createQuery(parseIdentifier(text), prefixes, { authoritative: false, recursive: true });
    const outcome = await step.resolve(query, { deadline: now() + 10_000, trace: null });
    if (outcome.kind !== 'found') return { kind: outcome.kind, source: outcome.source };
    const { record, source } = outcome;
    return { source, version: record.version, says: record.values()[0]?.data.value };
  };
  /** Holds the answer to the next question between the store and the caches; `arrived` is when it waits there. */
  const hold = () => {
    let open = () => {};
    let arrive = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    gate = { arrived: arrive, opened };
    return { arrived, open };
  };
  return { ask, hold, catchUp: () => coherence.follower.catchUp() };
}
