import type { Bench } from './bench.ts';
import { type LoadProfile, type MeasuredLoad, measureLoad } from './load-profile.ts';
import type { Comparison, Measurement, Prepared } from './profile.ts';
import { mean, ratio } from './statistics.ts';

export interface Beside {
  readonly profile: LoadProfile;
  /** "requests/s to one raw pg query a request" */
  readonly name: string;
  /** What the ratio has to be. */
  readonly least?: number;
  readonly notes?: readonly string[];
  /** Called just before the load. */
  readonly begin?: () => void;
  /** What else there is to say about it. */
  readonly more?: (load: MeasuredLoad) => readonly Comparison[];
  readonly notesOf?: (load: MeasuredLoad) => readonly string[];
}

/**
 * A load beside another one, which runs for half as long before it and for half as long after it: as with the bare server,
 * what drifts meets both.
 */
export function prepareBeside(bench: Bench, profile: LoadProfile, beside: Beside): Prepared {
  const { name, least, notes = [], begin = () => {}, more = () => [], notesOf = () => [] } = beside;
  const measure = async (seconds: number): Promise<Measurement> => {
    const before = await measureLoad(bench, beside.profile, seconds / 2);
    begin();
    const load = await measureLoad(bench, profile, seconds);
    const rest = more(load);
    const { result: _, ...own } = load;
    const after = await measureLoad(bench, beside.profile, seconds / 2);
    const value = ratio(own.rate, mean(before.rate, after.rate));
    const others = [...before.failures, ...after.failures].map((failure) => `what it is compared with: ${failure}`);
    return {
      ...own,
      comparisons: [{ name, value, ...(least === undefined ? {} : { least }) }, ...rest],
      notes: [...notes, ...notesOf(load)],
      failures: [...own.failures, ...others],
    };
  };
  const check = async () => {
    await beside.profile.check();
    await profile.check();
  };
  return { unit: profile.each?.unit ?? 'requests', check, measure };
}
