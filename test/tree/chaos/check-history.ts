import { checkValues } from './check-values.ts';
import type { Fault, History, Place, Read, Span, Write } from './history.ts';
import { Standstills } from './standstills.ts';

/** Milliseconds after its acknowledgement in which a write may not be seen yet. */
export interface Bounds {
  readonly alive: number;
  /** While changes cannot be heard of. */
  readonly lost: number;
}

export interface Violation {
  readonly kind:
    | 'stale' // older than the bound allows, though changes could be heard of
    | 'stale-in-fault' // older than even the longer bound allows
    | 'never-written'
    | 'refused' // what a refused write would have written
    | 'misplaced' // another version than the one that it was written as
    | 'lost' // a write whose version was given again
    | 'failed' // no answer, or a stale one that says so, without a reason
    | 'wrong';
  readonly text: string;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Reads that a stale answer would have been found at: a write had become due within the last three seconds. */
  readonly decisive: Readonly<Record<Place, Readonly<Record<keyof Bounds, number>>>>;
}

type Acknowledged = Write & { readonly end: { readonly kind: 'acknowledged'; readonly version: number } };

/** How long after it became due a write makes reads decisive: later, whatever happened to the caches has long been settled. */
const RECENT = 3_000;

/**
 * Whether a history is one that the stated bounds allow. A read is held to the writes that had been acknowledged so long
 * before it *began*; time in which the machine stood still does not count, for neither side.
 */
export function checkHistory({ writes, reads, faults, standstills }: History, bounds: Bounds): Verdict {
  const stood = new Standstills(standstills);
  const violations = checkValues(writes, reads);
  const decisive = { owner: { alive: 0, lost: 0 }, follower: { alive: 0, lost: 0 } };
  const acknowledged = acknowledgedOf(writes);

  for (const read of reads) {
    const { place, identifier, seen } = read;
    const told = `${place} ${identifier} at ${Math.round(read.from)} to ${Math.round(read.until)}`;
    const marked = seen.kind === 'record' && seen.stale !== null;
    if (seen.kind === 'wrong') violations.push({ kind: 'wrong', text: `${told}: ${seen.why}` });
    if ((seen.kind === 'failure' || marked) && !isExcused(read, { faults, place })) {
      const why = seen.kind === 'failure' ? seen.why : 'an answer marked stale';
      violations.push({ kind: 'failed', text: `${told}: ${why}` });
    }
    if (seen.kind !== 'record') continue;
    const due = newestDue(read, acknowledged.get(identifier) ?? [], { faults, stood, bounds });
    if (due === null) continue;
    const { write, bound, over } = due;
    if (over < RECENT && !marked) decisive[place][bound]++;
    if (seen.version >= write.end.version) continue;
    const kind = bound === 'alive' ? 'stale' : 'stale-in-fault';
    const text = `${told}: version ${seen.version}, and ${write.end.version} was due for ${Math.round(over)} ms`;
    violations.push({ kind, text: marked ? `${text}, beside ${seen.stale} s that it said` : text });
  }
  return { violations, decisive };
}

interface Due {
  readonly write: Acknowledged;
  readonly bound: keyof Bounds;
  /** Milliseconds since it became due. */
  readonly over: number;
}

/** The newest write that a read had to see; null: none yet. */
function newestDue(
  { from: began, place, seen }: Read,
  writes: readonly Acknowledged[],
  { faults, stood, bounds }: { faults: readonly Fault[]; stood: Standstills; bounds: Bounds },
): Due | null {
  const said = seen.kind === 'record' && seen.stale !== null ? seen.stale * 1000 : 0;
  for (const write of writes) {
    if (write.until > began) continue;
    const since = { from: write.until, until: began };
    const age = began - write.until - stood.within(since) - said;
    const deaf = faults.some((fault) => fault.deafens.includes(place) && overlap(fault, since));
    const bound = deaf ? 'lost' : 'alive';
    if (age > bounds[bound]) return { write, bound, over: age - bounds[bound] };
  }
  return null;
}

/** What was acknowledged, by identifier, the newest first. */
function acknowledgedOf(writes: readonly Write[]): Map<string, Acknowledged[]> {
  const groups = new Map<string, Acknowledged[]>();
  const acknowledged = writes.filter((write): write is Acknowledged => write.end.kind === 'acknowledged');
  for (const write of acknowledged.toSorted((a, b) => b.end.version - a.end.version)) {
    const group = groups.get(write.identifier) ?? [];
    group.push(write);
    groups.set(write.identifier, group);
  }
  return groups;
}

function isExcused(read: Span, { faults, place }: { faults: readonly Fault[]; place: Place }): boolean {
  return faults.some((fault) => fault.excuses.includes(place) && overlap(fault, read));
}

function overlap(a: Span, b: Span): boolean {
  return a.from <= b.until && b.from <= a.until;
}
