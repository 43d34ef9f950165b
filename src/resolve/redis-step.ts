import { setTimeout } from 'node:timers/promises';
import type { RedisCache, RedisName } from '../cache/redis-cache.ts';
import type { RedisLeases } from '../cache/redis-leases.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import { endSpanWith } from '../telemetry/traces/end-span-with.ts';
import { type Answer, versionOf } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { HELD_IN_REDIS_TTL_MAX } from './lifetimes.ts';
import type { Outcome, Query } from './outcome.ts';
import { decodeAnswer, encodeAnswer, redisName } from './redis-answer.ts';
import type { Resolver } from './resolver.ts';

export interface RedisStepOptions {
  readonly cache: RedisCache;
  readonly next: Resolver;
  /** Where the next step is worth waiting for others to ask it, and how long they are waited for, in milliseconds; null: it is not. */
  readonly single: { readonly leases: RedisLeases; readonly wait: number } | null;
  readonly kind: 'own' | 'remote';
  readonly prefixes: Pick<PrefixTable, 'generation'>;
  readonly now: () => number;
  readonly count: (event: 'redis-hit' | 'redis-miss' | 'redis-coalesced') => void;
}

/** How long it is waited before the answer of another process is looked for, in milliseconds: longer each time. */
const FIRST_PAUSE = 4;
const LONGEST_PAUSE = 32;

/**
 * Answers from the Redis that the node's processes share; whatever fails there is a miss.
 *
 * Floors know records, not prefixes. So each answer carries the generation of its prefix at the moment its look-up began, and
 * one from before the last change of the prefix that this process has applied is none: a process that is behind may put
 * such an answer, and may read it until it has applied the change itself. An answer never knows less than its generation
 * says, for computed records are in memory before the version of their prefix is (Coherence).
 */
export class RedisStep implements Resolver {
  readonly #options: RedisStepOptions;

  constructor(options: RedisStepOptions) {
    this.#options = options;
  }

  async resolve(query: Query, context: Context): Promise<Outcome> {
    if (query.authoritative || context.anew === true) return this.#ask(query, context);
    const held = await this.#read(query, context);
    this.#options.count(held === null ? 'redis-miss' : 'redis-hit');
    // A traced resolution asks for itself, for its hops are its own.
    if (held !== null) return held;
    if (this.#options.single === null || context.trace !== null) return this.#ask(query, context);
    return this.#askOnce(query, context, this.#options.single);
  }

  /** One process asks, and the others wait for what it puts; where that takes too long, or is not put, each for itself. */
  async #askOnce(query: Query, context: Context, { leases, wait }: Single): Promise<Outcome> {
    const lease = await leases.take(this.#nameOf(query), wait);
    if (lease === null) return (await this.#await(query, context, { leases, wait })) ?? this.#ask(query, context);
    try {
      return await this.#ask(query, context);
    } finally {
      lease.release();
    }
  }

  async #await(query: Query, context: Context, { leases, wait }: Single): Promise<Answer | null> {
    const { now, count } = this.#options;
    const name = this.#nameOf(query);
    const until = Math.min(now() + wait, context.deadline);
    for (let pause = FIRST_PAUSE; now() + pause < until; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await setTimeout(pause);
      // In this order: what a lease was given back for was put before.
      const taken = await leases.isTaken(name);
      const answer = await this.#read(query, context);
      if (answer !== null) count('redis-coalesced');
      if (answer !== null || !taken) return answer;
    }
    return null;
  }

  async #read(query: Query, context: Context): Promise<Answer | null> {
    const { cache, prefixes, now } = this.#options;
    const begun = now();
    const generation = prefixes.generation(query.place);
    const piece = context.span?.call('read Redis', { 'db.system.name': 'redis' });
    const reading = cache.get(this.#nameOf(query));
    const held = await endSpanWith(piece, reading, (found) => ({ 'kapok.hit': found !== null }));
    const answer = held === null ? null : decodeAnswer(held.text, { now: now(), generation });
    if (answer !== null) context.trace?.addCached(answer, { prefix: query.place, milliseconds: now() - begun });
    return answer;
  }

  async #ask(query: Query, context: Context): Promise<Outcome> {
    const { cache, next, prefixes, now } = this.#options;
    const begun = cache.begin();
    const generation = prefixes.generation(query.place);
    const outcome = await next.resolve(query, context);
    if (outcome.kind !== 'referral' && outcome.ttl > 0) {
      // What holds an answer of another node is this process's own.
      const { hold, ...plain } = outcome;
      const ttl = hold === undefined ? plain.ttl : Math.min(plain.ttl, HELD_IN_REDIS_TTL_MAX);
      const text = encodeAnswer({ ...plain, ttl }, { now: now(), generation });
      cache.put(this.#nameOf(query), { version: versionOf(outcome), text }, { lifetime: ttl * 1000, begun });
    }
    return outcome;
  }

  #nameOf(query: Query): RedisName {
    return redisName(query, this.#options.kind);
  }
}

type Single = NonNullable<RedisStepOptions['single']>;
