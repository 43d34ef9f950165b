import type { Value } from './value.ts';
import { DEFAULT_TTL } from './value.ts';

/** How long an answer made of these values may be kept, in seconds: the shortest of theirs. */
export function recordTtl(values: readonly Value[], now: number): number {
  let ttl = DEFAULT_TTL;
  for (const value of values) ttl = Math.min(ttl, valueTtl(value, now));
  return ttl;
}

function valueTtl(value: Value, now: number): number {
  if (typeof value.ttl === 'number') return value.ttl;
  return Math.max(0, Math.floor((Date.parse(value.ttl) - now) / 1000));
}
