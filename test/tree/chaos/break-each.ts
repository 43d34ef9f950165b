import { setTimeout } from 'node:timers/promises';
import type { Breakable } from './faults.ts';
import type { Recorder } from './recorder.ts';

/** Milliseconds for which something stays broken, at least and at most, and between the beginnings of two faults at most. */
const BROKEN = { least: 300, most: 2_500 };
const APART = 1_500;

/** Breaks everything once, in an order drawn by chance; each other fault begins before the one before has ended. */
export async function breakEach(
  faults: readonly Breakable[],
  { random, recorder }: { random: () => number; recorder: Recorder },
): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  for (const fault of shuffled(faults, random)) {
    await busy.get(fault.part);
    const broken = BROKEN.least + random() * (BROKEN.most - BROKEN.least);
    const lasting = breakOnce(fault, { broken, recorder });
    // It fails the whole at the end, whatever else fails before.
    lasting.catch(() => {});
    busy.set(fault.part, lasting);
    if (random() < 0.5) await lasting;
    await setTimeout(random() * APART);
  }
  await Promise.all(busy.values());
}

async function breakOnce(
  { name, deafens, excuses, begin, end }: Breakable,
  { broken, recorder }: { broken: number; recorder: Recorder },
): Promise<void> {
  const from = recorder.now();
  await begin();
  await setTimeout(broken);
  await end();
  recorder.faults.push({ name, deafens, excuses, from, until: recorder.now() });
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
