import type { Context } from './context.ts';
import type { Outcome, Query } from './outcome.ts';

export type Awaitable<T> = T | Promise<T>;

/**
 * One step of resolution. Steps wrap each other; the chain is built once, when the node starts:
 * memory → single flight → authority → { Redis → store | referral | Redis → remote }.
 * Absence is an answer; failure is thrown and never becomes one.
 */
export interface Resolver {
  resolve(query: Query, context: Context): Awaitable<Outcome>;
}
