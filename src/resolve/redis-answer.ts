import type { RedisName } from '../cache/redis-cache.ts';
import type { Answer } from './cached-outcome.ts';
import type { Found, Query } from './outcome.ts';
import { PublicRecord } from './public-record.ts';

/** `own`: what this node says; `remote`: what it was told. They never share a key. */
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
