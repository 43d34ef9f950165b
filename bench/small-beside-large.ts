import type { Bench } from './bench.ts';
import { type LoadProfile, measureLoad } from './load-profile.ts';
import type { Measurement, Prepared } from './profile.ts';
import { mean, ratio } from './statistics.ts';
import { milliseconds } from './table.ts';

/** An open loop waits on as many connections as it takes, up to this. */
const CONNECTIONS = 1_000;

export interface Scale {
  readonly small: LoadProfile;
  readonly large: LoadProfile;
  /** "p99 of 10,000,000 identifiers to that of 10,000" */
  readonly name: string;
  readonly most: number;
  readonly notes: readonly string[];
}

/**
 * Two nodes that differ in how much they hold. What both can do comes out of closed loops; then both get half of what the slower one
 * can, at a constant rate, so that a p99 is of the work and not of the queue before it. The small one before and after the large one.
 */
export function prepareScale(bench: Bench, { small, large, name, most, notes }: Scale): Prepared {
  const measure = async (seconds: number): Promise<Measurement> => {
    const capacities = [
      await measureLoad(bench, small, seconds / 2),
      await measureLoad(bench, large, seconds / 2),
    ] as const;
    const [ofSmall, ofLarge] = capacities;
    const rate = Math.max(1, Math.min(ofSmall.rate, ofLarge.rate) / 2);
    const open = (load: LoadProfile, time: number) =>
      measureLoad(bench, { ...load, loop: { kind: 'open', rate, connections: CONNECTIONS } }, time);
    const before = await open(small, seconds / 2);
    const { result: _, ...own } = await open(large, seconds);
    const after = await open(small, seconds / 2);
    const ends = [before, after].map(({ latency }) => latency?.p99 ?? Number.NaN);
    const beside = mean(ends[0] as number, ends[1] as number);
    return {
      ...own,
      chosenRate: true,
      comparisons: [
        { name, value: ratio(own.latency?.p99 ?? null, Number.isNaN(beside) ? null : beside), most },
        { name: 'requests/s in a closed loop, large to small', value: ratio(ofLarge.rate, ofSmall.rate) },
        {
          name: 'requests per CPU second, large to small',
          value: ratio(ofLarge.perCpuSecond, ofSmall.perCpuSecond ?? null),
        },
      ],
      notes: [
        ...notes,
        `at ${Math.round(rate).toLocaleString('en')} a second: p99 ${milliseconds(own.latency?.p99 ?? null)} ms, of the small one ${ends.map(milliseconds).join(' and ')} ms`,
      ],
      failures: [...capacities, before, own, after].flatMap(({ failures }) => failures),
    };
  };
  const check = async () => {
    await small.check();
    await large.check();
  };
  return { unit: 'requests', check, measure };
}
