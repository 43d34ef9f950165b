import { LEAST_QUOTA } from './cpu-quota.ts';

export interface Shared {
  readonly cores: number;
  readonly workers: number;
}

/** The most that a worker is given, in cores: so little that it gets it on a machine that is not quite at rest, too. */
const MOST_QUOTA = 0.25;
/** What the generator takes for each core of workers, answers from memory; measured, rounded up. */
const GENERATOR_SHARE = 0.5;
/** The machine is not to be full, and the generator, which has one thread, far from it. */
const MACHINE = 0.8;
const GENERATOR = 0.7;

/** The share of a core for each of the workers, so that neither machine nor generator is what is measured; null: there is none. */
export function chooseQuota({ cores, workers }: Shared): number | null {
  const machine = (MACHINE * cores) / ((1 + GENERATOR_SHARE) * workers);
  const generator = GENERATOR / (GENERATOR_SHARE * workers);
  const quota = Math.floor(100 * Math.min(MOST_QUOTA, machine, generator)) / 100;
  return quota < LEAST_QUOTA ? null : quota;
}

/** What was seen while workers that have a quota were loaded. */
export interface Seen extends Shared {
  /** Cores that each of them was given. */
  readonly quota: number;
  /** Cores that each of them took. */
  readonly taken: readonly number[];
  /** Cores that the generator took, and that the whole machine did. */
  readonly generator: number;
  readonly machine: number;
}

/** A worker that took less than this share of its quota was not what is measured. */
const FULL = 0.9;
const MOST_GENERATOR = 0.85;
const MOST_MACHINE = 0.95;

/** Why the workers were not what limited the rate; empty: they were. */
export function doubtsOf({ cores, quota, taken, generator, machine }: Seen): string[] {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const least = Math.min(...taken);
  return [
    ...(least >= FULL * quota ? [] : [`a worker took ${percent(least)} of a core, of ${percent(quota)} that it may`]),
    ...(generator <= MOST_GENERATOR ? [] : [`the generator took ${percent(generator)} of its one core`]),
    ...(machine <= MOST_MACHINE * cores ? [] : [`all programs took ${percent(machine / cores)} of the machine`]),
  ];
}
