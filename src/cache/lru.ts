import { LRUCache } from 'lru-cache';

// biome-ignore lint/complexity/noBannedTypes: what lru-cache asks of its keys and values.
type Something = {};

/**
 * Keeps the `max` entries that were used last. Told as a size, for lru-cache sets room for all `max` entries aside at
 * once: for each 100,000 that is 10 ms and 2.6 MB of every start, and most nodes never have so many.
 */
export function createLru<K extends Something, V extends Something>({ max }: { max: number }): LRUCache<K, V> {
  return new LRUCache({ maxSize: max, sizeCalculation: () => 1 });
}
