import type { Chunk } from './chunk.ts';
import type { RowResult } from './rows.ts';
import type { ChunkStore } from './store-chunk.ts';

/**
 * Stores chunks one after the other; yields the results of each as soon as it is committed. The next chunk is read while one
 * is stored; one transaction is under way at a time, so rows go in in their order.
 */
export async function* importChunks(
  chunks: AsyncIterable<Chunk>,
  store: ChunkStore,
): AsyncGenerator<{ chunk: Chunk; results: readonly RowResult[] }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read = async () => {
    const { done, value } = await iterator.next();
    return done === true ? null : { chunk: value, ready: store.prepare(value) };
  };
  try {
    let reading = read();
    for (;;) {
      const next = await reading;
      if (next === null) return;
      const storing = next.ready.store();
      // Not before the database has its work: reading would keep it waiting, for both take turns on this thread.
      await Promise.race([next.ready.sent, storing]).catch(() => {});
      reading = read();
      // It is awaited below: until then, its failure must not end the process.
      reading.catch(() => {});
      yield { chunk: next.chunk, results: await storing };
    }
  } finally {
    await iterator.return?.();
  }
}
