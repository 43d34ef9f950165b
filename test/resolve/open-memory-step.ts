import { MemoryCache } from '../../src/cache/memory-cache.ts';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { KapokError } from '../../src/errors/kapok-error.ts';
import type { CachedOutcome } from '../../src/resolve/cached-outcome.ts';
import type { Context } from '../../src/resolve/context.ts';
import { MemoryStep } from '../../src/resolve/memory-step.ts';
import type { Outcome, Query } from '../../src/resolve/outcome.ts';
import { contextOf, foundOutcome, plainRenewal, queryOf } from './outcomes.ts';

const query = queryOf('88.101/a');

/** A memory step before a step that the test answers for. */
export function openStep() {
  const cache = new MemoryCache<CachedOutcome>({ maxBytes: 1_000_000 });
  const counts: Record<string, number> = { hit: 0, miss: 0, coalesced: 0, stale: 0 };
  const world = {
    now: Date.now(),
    current: true,
    random: 0,
    asked: 0,
    answer: async (_query: Query): Promise<Outcome> => foundOutcome(1),
  };
  const step = new MemoryStep({
    cache,
    next: {
      resolve: (query: Query, _context: Context) => {
        world.asked++;
        return world.answer(query);
      },
    },
    isCurrent: () => world.current,
    staleWait: 20,
    now: () => world.now,
    random: () => world.random,
    absence: null,
    refusal: () => null,
    renewal: plainRenewal.renewal,
    count: (event) => {
      counts[event] = (counts[event] ?? 0) + 1;
    },
  });
  const ask = (options: Partial<Query> = {}, context: Context = contextOf()) =>
    step.resolve({ ...query, ...options }, context);
  const fail = (code: ErrorCode) => {
    world.answer = async () => {
      throw new KapokError(code);
    };
  };
  return { cache, counts, world, step, ask, fail };
}

/** The next step's answers, held back until the test lets each go. */
export function heldAnswers() {
  const waiting: ((outcome: Outcome) => void)[] = [];
  return {
    answer: () => new Promise<Outcome>((resolve) => void waiting.push(resolve)),
    give: (outcome: Outcome) => waiting.shift()?.(outcome),
  };
}
