import { setTimeout } from 'node:timers/promises';
import type { Served } from './cpu.ts';
import { residentBytes } from './resident.ts';

/** Milliseconds between two looks. */
const PAUSE = 500;
/** What they may differ by, of their mean. */
const TOLERANCE = 0.002;
/** Looks at most: two minutes. */
const MOST = 240;

/**
 * Memory of the processes once it has been at rest for some seconds: V8 collects for a process that does little after eight of them,
 * and gives back what it held for later. null where it cannot be read.
 */
export async function settledBytes(served: readonly Served[], seconds: number): Promise<number | null> {
  const needed = Math.max(2, Math.ceil((1000 * seconds) / PAUSE));
  const looks: number[] = [];
  for (let look = 0; look < MOST; look++) {
    const bytes = residentBytes(served);
    if (bytes === null) return null;
    looks.push(bytes);
    const last = looks.slice(-needed);
    if (last.length === needed && Math.max(...last) - Math.min(...last) <= TOLERANCE * bytes) return bytes;
    await setTimeout(PAUSE);
  }
  return looks.at(-1) as number;
}
