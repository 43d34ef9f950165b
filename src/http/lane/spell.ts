import type { MemoryCache } from '../../cache/memory-cache.ts';
import type { CachedOutcome } from '../../resolve/cached-outcome.ts';
import type { Query } from '../../resolve/outcome.ts';

/** The next one who asks for this path need not have it parsed. */
export function spell(memory: MemoryCache<CachedOutcome>, { key, text }: Query, path: string): void {
  const entry = memory.get(key);
  if (entry?.value.answer.kind !== 'found') return;
  const { handle } = entry.value.answer.record;
  // The text that is held already takes no room.
  if (handle === text) memory.spell(entry, path === handle ? handle : path);
}
