import { setTimeout } from 'node:timers/promises';
import type { Served } from './cpu.ts';
import { residentBytes } from './resident.ts';

/** Milliseconds between two looks, and how many of them must agree. */
const PAUSE = 500;
const LOOKS = 8;
/** What they may differ by, of their mean. */
const TOLERANCE = 0.002;
/** Looks at most: a minute. */
const MOST = 120;

/**
 * Memory of the processes once it has come to rest: a garbage collector that has nothing to do gives back what it holds for later.
 * null where it cannot be read.
 */
export async function settledBytes(served: readonly Served[]): Promise<number | null> {
  const looks: number[] = [];
  for (let look = 0; look < MOST; look++) {
    const bytes = residentBytes(served);
    if (bytes === null) return null;
    looks.push(bytes);
    const last = looks.slice(-LOOKS);
    if (last.length === LOOKS && Math.max(...last) - Math.min(...last) <= TOLERANCE * bytes) return bytes;
    await setTimeout(PAUSE);
  }
  return looks.at(-1) as number;
}
