import { absentIdentifier, pathOf } from './client/sources.ts';
import type { Expectation, LoadRequest, RequestSource } from './load.ts';
import { spread } from './records.ts';

/** `GET /api/handles/{identifier}` for each, in no order. */
export function getRequests(
  identifiers: readonly string[],
  expectation: (handle: string) => Expectation = (handle) => ({ kind: 'named', responseCode: 1, handle }),
): LoadRequest[] {
  return shuffled(identifiers).map((identifier) => ({ path: pathOf(identifier), expects: expectation(identifier) }));
}

export function listOf(requests: readonly LoadRequest[]): RequestSource {
  return { kind: 'list', requests };
}

/** Names that nobody has registered, all of the length of a registered one. */
export function absentIdentifiers(prefix: string, count: number): string[] {
  return Array.from({ length: count }, () => absentIdentifier(prefix));
}

/** Some of them, from all over the list, to be checked. */
export function sampleOf<T>(list: readonly T[], count = 50): T[] {
  return spread(Math.min(count, list.length), list.length).map((at) => list[at] as T);
}

/** In no order, so that neighbours in an index are not asked for one after the other; the same order in each run. */
export function shuffled<T>(list: readonly T[]): T[] {
  const mixed = [...list];
  let seed = 88;
  for (let i = mixed.length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const j = seed % (i + 1);
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}
