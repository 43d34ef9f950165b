import { checkValues } from './check-values.ts';
import type { Fault, History, Place, Read, Span, Write } from './history.ts';
import { Standstills } from './standstills.ts';

/** Milliseconds after its acknowledgement in which a write may not be seen yet. */
export interface Bounds {
  readonly alive: number;
  /** While changes cannot be heard of. */
  readonly lost: number;
  /** How long the machine must have stood still for a node to have given up on another one for that alone. */
  readonly slow: number;
}

type Bound = 'alive' | 'lost';

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
  readonly decisive: Readonly<Record<Place, Readonly<Record<Bound, number>>>>;
  /** The most milliseconds for which a write that had been acknowledged was not seen yet, by a read that was not marked stale. */
  readonly unseen: Readonly<Record<Place, Readonly<Record<Bound, number>>>>;
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
  const since = createClock(faults, stood);
  const isExcused = createExcuse(faults, { stood, slow: bounds.slow });
  const violations = checkValues(writes, reads);
  const decisive = { owner: { alive: 0, lost: 0 }, follower: { alive: 0, lost: 0 } };
  const unseen = { owner: { alive: 0, lost: 0 }, follower: { alive: 0, lost: 0 } };
  const acknowledged = acknowledgedOf(writes);

  for (const { identifier, value, from, until, end } of writes) {
    if (end.kind !== 'unknown' || isExcused({ place: 'owner', from, until })) continue;
    violations.push({ kind: 'failed', text: `${identifier}: nobody was told what became of ${value}` });
  }
  for (const read of reads) {
    const { place, identifier, seen } = read;
    const told = `${place} ${identifier} at ${Math.round(read.from)} to ${Math.round(read.until)}`;
    const marked = seen.kind === 'record' && seen.stale !== null;
    if (seen.kind === 'wrong') violations.push({ kind: 'wrong', text: `${told}: ${seen.why}` });
    if ((seen.kind === 'failure' || marked) && !isExcused(read)) {
      const why = seen.kind === 'failure' ? seen.why : 'an answer marked stale';
      violations.push({ kind: 'failed', text: `${told}: ${why}` });
    }
    if (seen.kind !== 'record') continue;
    const said = (seen.stale ?? 0) * 1_000;
    // The newest first: of those that are due, the first says what the read had to see, and the last unseen is the oldest.
    let due: Acknowledged | null = null;
    for (const write of acknowledged.get(identifier) ?? []) {
      if (write.until > read.from) continue;
      const isSeen = write.end.version <= seen.version;
      if (isSeen && due !== null) break;
      const { age, bound } = since(write, read);
      if (!isSeen && !marked) unseen[place][bound] = Math.max(unseen[place][bound], age);
      const over = age - said - bounds[bound];
      if (due !== null || over <= 0) continue;
      due = write;
      if (over < RECENT && !marked) decisive[place][bound]++;
      if (isSeen) break;
      const kind = bound === 'alive' ? 'stale' : 'stale-in-fault';
      const text = `${told}: version ${seen.version}, and ${write.end.version} was due for ${Math.round(over)} ms`;
      violations.push({ kind, text: marked ? `${text}, beside ${seen.stale} s that it said` : text });
    }
  }
  return { violations, decisive, unseen };
}

/** How long before a read began a write had been acknowledged, without standstills, and which bound that is held to. */
function createClock(faults: readonly Fault[], stood: Standstills) {
  return (write: Write, { place, from }: Read): { readonly age: number; readonly bound: Bound } => {
    const since = { from: write.until, until: from };
    const deaf = faults.some((fault) => fault.deafens.includes(place) && overlap(fault, since));
    return { age: from - write.until - stood.within(since), bound: deaf ? 'lost' : 'alive' };
  };
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

/** Who gave up on a call shortly before says so at once. */
const RESTING = 1_000;

function createExcuse(faults: readonly Fault[], { stood, slow }: { stood: Standstills; slow: number }) {
  return ({ place, from, until }: Span & { readonly place: Place }): boolean =>
    faults.some((fault) => fault.excuses.includes(place) && overlap(fault, { from, until })) ||
    stood.within({ from: from - RESTING - 2 * slow, until }) >= slow;
}

function overlap(a: Span, b: Span): boolean {
  return a.from <= b.until && b.from <= a.until;
}
