/** Seconds between the attempts of one delivery; after the last one, which is some 22 hours after the first, it has failed. */
export const RETRY_AFTER: readonly number[] = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200];

/** Of an interval, so that endpoints that failed together do not come back together. */
const JITTER = 0.2;

/** Days without one attempt that went well, after which a webhook is disabled. */
export const DISABLED_AFTER = 5;

/** Seconds until the next attempt, after so many that failed; null: there is none. `random` is from 0 to below 1. */
export function secondsToRetry(failed: number, random: () => number): number | null {
  const seconds = RETRY_AFTER[failed - 1];
  return seconds === undefined ? null : seconds * (1 + JITTER * (2 * random() - 1));
}
