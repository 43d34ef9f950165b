import type { Verdict } from './check-history.ts';
import type { History, Read, Span } from './history.ts';
import { Standstills } from './standstills.ts';

/** What a person wants to know of a history, line by line. */
export function describeHistory(history: History, { decisive, unseen }: Verdict): string[] {
  const { writes, reads, faults, standstills } = history;
  const [first, last] = [reads.at(0), reads.at(-1)] as [Span, Span];
  const whole = { from: first.from, until: last.until };
  const stood = new Standstills(standstills).within(whole) / (whole.until - whole.from);
  const marked = reads.filter(({ seen }) => seen.kind === 'record' && seen.stale !== null);
  const ends = ['acknowledged', 'refused', 'unknown'].map(
    (kind) => `${writes.filter(({ end }) => end.kind === kind).length} ${kind}`,
  );
  const failures = (['owner', 'follower'] as const).map(
    (place) => `${reads.filter((read) => read.place === place && read.seen.kind === 'failure').length} of the ${place}`,
  );
  return [
    ...faults.map(
      ({ name, from, until }) => `${name}: ${seconds(from - whole.from)} to ${seconds(until - whole.from)}`,
    ),
    `writes: ${ends.join(', ')}; reads: ${reads.length}, marked stale ${marked.length}, failed ${failures.join(', ')}`,
    `reads that could have been too old: ${JSON.stringify(decisive)}`,
    `longest that an acknowledged write was not seen, in milliseconds: ${JSON.stringify(unseen, (_key, value) => (typeof value === 'number' ? Math.round(value) : value))}`,
    `in ${seconds(whole.until - whole.from)} the machine stood still for ${Math.round(100 * stood)} %`,
  ];
}

/** The reads while something was broken. */
export function overlapping({ reads, faults }: History, name: string): Read[] {
  const spans = faults.filter((fault) => fault.name === name);
  return reads.filter(({ from, until }) => spans.some((span) => from <= span.until && until >= span.from));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
