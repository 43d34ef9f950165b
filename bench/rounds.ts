import type { Bench } from './bench.ts';
import { type Measurement, NotMeasured, type Prepared, type Profile } from './profile.ts';

/** A profile in this run of the bench. */
export interface Run {
  readonly profile: Profile;
  readonly prepared: Prepared | null;
  readonly rounds: Round[];
  /** Why there is nothing to show; `notMeasured` is no failure. */
  readonly failures: string[];
  notMeasured: string | null;
}

export interface Round {
  readonly measured: Measurement;
  /** The bare server just before it and just after it: their mean is what it is compared with. */
  readonly bare: readonly [Measurement, Measurement];
}

export interface RoundsOptions {
  readonly bare: Prepared;
  readonly rounds: number;
  readonly seconds: number;
  readonly progress: (text: string) => void;
}

/**
 * V8 goes on compiling a server for its first hundred thousand requests, at twice the CPU time of each: nobody is timed cold.
 * A bench that is over in a second, as in a test, does not wait so long.
 */
export function warmUpSeconds(seconds: number): number {
  return Math.min(8, Math.max(seconds, 2 * seconds - 1));
}

/** Nothing is timed before its answers were found right. */
export async function prepareRun(profile: Profile, { bench, warmUp }: { bench: Bench; warmUp: number }): Promise<Run> {
  const run: Run = { profile, prepared: null, rounds: [], failures: [], notMeasured: null };
  try {
    const prepared = await profile.prepare(bench);
    await prepared.check();
    if (!prepared.isWarm) await prepared.measure(warmUp);
    return { ...run, prepared };
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof NotMeasured) return { ...run, notMeasured: message };
    return { ...run, failures: [message] };
  }
}

/**
 * Bare server, first profile, bare server, second profile …: whatever drifts on the machine, be it heat or somebody else's
 * work, meets both sides of a ratio alike.
 */
export async function measureRounds(runs: readonly Run[], options: RoundsOptions): Promise<Measurement[]> {
  const { bare, rounds, seconds, progress } = options;
  const measureBare = async () => {
    const measured = await bare.measure(seconds);
    if (measured.failures.length > 0) throw new Error(`The bare server failed: ${measured.failures.join('; ')}`);
    return measured;
  };
  const all = [await measureBare()];
  for (let round = 1; round <= rounds; round++) {
    for (const { profile, prepared, rounds: done, failures } of runs) {
      if (prepared === null || failures.length > 0) continue;
      progress(`round ${round} of ${rounds}: ${profile.name}`);
      try {
        const measured = await prepared.measure(seconds);
        const after = await measureBare();
        done.push({ measured, bare: [all.at(-1) as Measurement, after] });
        failures.push(...measured.failures.map((failure) => `round ${round}: ${failure}`));
        all.push(after);
      } catch (error) {
        failures.push(`round ${round}: ${(error as Error).message}`);
      }
    }
  }
  for (const { prepared, failures } of runs) {
    await prepared?.check().catch((error: Error) => failures.push(`after the load: ${error.message}`));
  }
  return all;
}
