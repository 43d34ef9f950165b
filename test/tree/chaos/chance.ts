import { randomInt } from 'node:crypto';
import { randomFrom } from '../../../bench/random.ts';

export interface Chance {
  readonly seed: number;
  /** A series of numbers from 0 to below 1 of its own: how often one is drawn from changes no other. */
  readonly random: () => () => number;
}

/** What a run does by chance; TEST_CHAOS_SEED does again what one with that seed has done, as far as time allows. */
export function createChance(): Chance {
  const given = process.env.TEST_CHAOS_SEED;
  const seed = given === undefined ? randomInt(1_000_000) : Number(given);
  let series = 0;
  return { seed, random: () => randomFrom(1_000 * seed + series++) };
}
