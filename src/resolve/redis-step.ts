import type { RedisCache, RedisName } from '../cache/redis-cache.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import { type Answer, versionOf } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { HELD_IN_REDIS_TTL_MAX } from './lifetimes.ts';
import type { Found, Outcome, Query } from './outcome.ts';
import { PublicRecord } from './public-record.ts';
import type { Resolver } from './resolver.ts';
import { shown } from './shown.ts';

export interface RedisStepOptions {
  readonly cache: RedisCache;
  readonly next: Resolver;
  /** `own`: what this node says; `remote`: what it was told. They never share a key. */
  readonly kind: 'own' | 'remote';
  readonly prefixes: Pick<PrefixTable, 'generation'>;
  readonly now: () => number;
  readonly count: (event: 'redis-hit' | 'redis-miss') => void;
}

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
    const { cache, next, kind, prefixes, now, count } = this.#options;
    const name = redisName(query, kind);
    const begun = cache.begin();
    const generation = prefixes.generation(query.place);
    if (!query.authoritative && context.anew !== true) {
      const piece = context.span?.call('read Redis', { 'db.system.name': 'redis' });
      const reading = cache.get(name);
      const held = await (piece === undefined
        ? reading
        : shown(piece, reading, (found) => ({ 'kapok.hit': found !== null })));
      const answer = held === null ? null : decodeAnswer(held.text, { now: now(), generation });
      count(answer === null ? 'redis-miss' : 'redis-hit');
      if (answer !== null) {
        context.trace?.addCached(answer, { prefix: query.place, milliseconds: now() - begun.at });
        return answer;
      }
    }
    const outcome = await next.resolve(query, context);
    if (outcome.kind !== 'referral' && outcome.ttl > 0) {
      // What holds an answer of another node is this process's own.
      const { hold, ...plain } = outcome;
      const ttl = hold === undefined ? plain.ttl : Math.min(plain.ttl, HELD_IN_REDIS_TTL_MAX);
      const text = encodeAnswer({ ...plain, ttl }, { now: now(), generation });
      cache.put(name, { version: versionOf(outcome), text }, { lifetime: ttl * 1000, begun });
    }
    return outcome;
  }
}

export function redisName(query: Pick<Query, 'prefix' | 'suffixKey'>, kind: 'own' | 'remote'): RedisName {
  return { prefix: query.prefix, rest: `${kind}:${query.suffixKey}` };
}

interface Moment {
  readonly now: number;
  /** Of the prefix, as this process knows it (PrefixTable). */
  readonly generation: number;
}

/** One line of JSON about the answer; for a record, its values follow as they are. */
export function encodeAnswer(answer: Answer, { now, generation }: Moment): string {
  const expiresAt = now + answer.ttl * 1000;
  if (answer.kind !== 'found') return JSON.stringify({ ...answer, expiresAt, generation });
  const { record, ...rest } = answer;
  const { handle, version } = record;
  return `${JSON.stringify({ ...rest, handle, version, expiresAt, generation })}\n${record.json}`;
}

/** Null when the answer has outlived its time or is older than its prefix, or is none of ours. */
export function decodeAnswer(text: string, { now, generation }: Moment): Answer | null {
  const newline = text.indexOf('\n');
  const { expiresAt, generation: known, ...head } = parseHead(newline < 0 ? text : text.slice(0, newline));
  const ttl = (expiresAt - now) / 1000;
  if (!(ttl > 0) || !(known >= generation)) return null;
  if (newline < 0) return { ...(head as Exclude<Answer, Found>), ttl, source: 'redis' };
  const { handle, version, ...rest } = head as Omit<Found, 'record'> & { handle: string; version: number };
  return {
    ...rest,
    ttl,
    source: 'redis',
    record: new PublicRecord({ handle, version, json: text.slice(newline + 1) }),
  };
}

/** What cannot be read has no time left. */
function parseHead(text: string): { readonly expiresAt: number; readonly generation: number } {
  try {
    return { expiresAt: 0, generation: 0, ...JSON.parse(text) };
  } catch {
    return { expiresAt: 0, generation: 0 };
  }
}
