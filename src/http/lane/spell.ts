import type { MemoryCache } from '../../cache/memory-cache.ts';
import type { CachedOutcome } from '../../resolve/cached-outcome.ts';
import type { Query } from '../../resolve/outcome.ts';

/** The next plain request for this target need not be parsed. */
export function spell(memory: MemoryCache<CachedOutcome>, { key, text }: Query, target: string): void {
  const entry = memory.get(key);
  if (entry?.value.answer.kind === 'found' && entry.value.answer.record.handle === text) memory.spell(entry, target);
}
