import { setTimeout } from 'node:timers/promises';

/** Asks until the answer is there, for what announces itself by no event; what is thrown counts as "not yet". */
export async function until<T>(ask: () => T | Promise<T>, limit = 10_000): Promise<Exclude<T, Not>> {
  for (const deadline = Date.now() + limit; ; ) {
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<T, Not>;
      if (Date.now() > deadline) throw new Error(`not within ${limit} ms`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await setTimeout(10);
  }
}

type Not = false | null | undefined;
