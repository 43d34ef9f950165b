import { setTimeout } from 'node:timers/promises';

/**
 * Asks until the answer is there, for what announces itself by no event; what is thrown counts as "not yet". Seldomer and
 * seldomer, for asking is work as well, done by whom one waits for. The limit is one for a machine with much else to do.
 */
export async function until<T>(ask: () => T | Promise<T>, limit = 60_000): Promise<Exclude<T, Not>> {
  const begun = Date.now();
  for (const deadline = begun + limit; ; ) {
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<T, Not>;
      if (Date.now() > deadline) throw new Error(`not within ${limit} ms`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await setTimeout(Math.min(50, 10 + (Date.now() - begun) / 10));
  }
}

type Not = false | null | undefined;
