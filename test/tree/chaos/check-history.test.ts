import t from 'tap';
import { checkHistory, type Violation } from './check-history.ts';
import type { Fault, History, Place, Read, Seen, Write } from './history.ts';

const BOUNDS = { alive: 1_000, lost: 3_000, slow: 500 };

/** Acknowledged 10 ms after it was sent, unless it is said otherwise. */
function write(value: number, at: number, end: Write['end'] = { kind: 'acknowledged', version: value }): Write {
  return { identifier: 'a', value, from: at - 10, until: at, end };
}

/** Takes 20 ms. */
function read(at: number, seen: Seen | number, place: Place = 'follower'): Read {
  return { place, identifier: 'a', from: at, until: at + 20, seen: typeof seen === 'number' ? record(seen) : seen };
}

function record(value: number, more: { version?: number; stale?: number } = {}): Seen {
  return { kind: 'record', value, version: value, stale: null, ...more };
}

/** The change feed is away. */
const deaf: Fault = { name: 'feed', from: 5_000, until: 9_000, deafens: ['follower'], excuses: [] };
/** All of the owner is away for the follower. */
const away: Fault = { ...deaf, name: 'source', excuses: ['follower'] };
/** A worker of the owner is away. */
const killed: Fault = { name: 'worker', from: 0, until: 9_000, deafens: [], excuses: ['owner'] };
const written = [write(1, 0), write(2, 2_000)];

function kindsOf(history: Partial<History>): Violation['kind'][] {
  const whole = { writes: written, reads: [], faults: [], standstills: [], ...history };
  return checkHistory(whole, BOUNDS).violations.map(({ kind }) => kind);
}

t.test('a history in which all is seen in time is accepted', (t) => {
  const reads = [
    read(10, 1),
    read(1_995, 2), // it may be seen before it is acknowledged
    read(2_500, 1), // and not be seen for a second
    read(3_000, 1), // one that began within that second may end after it
    read(3_001, 2),
    read(9_000, 2),
    read(3_001, 2, 'owner'),
  ];
  t.same(kindsOf({ reads }), []);
  t.same(kindsOf({ writes: [], reads: [] }), []);
  t.end();
});

t.test('a read that began after the bound and does not see the write is a violation, of either node', (t) => {
  t.same(kindsOf({ reads: [read(3_001, 1)] }), ['stale']);
  t.same(kindsOf({ reads: [read(3_001, 1, 'owner')] }), ['stale']);
  t.same(kindsOf({ reads: [read(60_000, 1)] }), ['stale'], 'however long ago');
  const writes = [...written, write(3, 2_900)];
  t.same(kindsOf({ writes, reads: [read(3_001, 1)] }), ['stale'], 'a newer write that is not due yet hides nothing');
  t.same(kindsOf({ writes, reads: [read(3_001, 2)] }), []);
  t.end();
});

t.test('while changes cannot be heard of the longer bound counts, and no read may be older', (t) => {
  const writes = [...written, write(3, 5_500)];
  const faults = [deaf];
  t.same(kindsOf({ writes, faults, reads: [read(8_400, 2)] }), []);
  t.same(kindsOf({ writes, faults, reads: [read(8_501, 2)] }), ['stale-in-fault']);
  t.same(kindsOf({ writes, faults, reads: [read(8_400, 1)] }), ['stale-in-fault'], 'what was due before is due');
  t.same(kindsOf({ writes, faults, reads: [read(8_400, 2, 'owner')] }), ['stale'], 'it is none of the owner’s');
  const over = [...written, write(3, 9_100)];
  t.same(kindsOf({ writes: over, faults, reads: [read(10_101, 2)] }), ['stale'], 'nor of a write that came after it');
  const redis = { ...deaf, deafens: [] };
  t.same(kindsOf({ writes, faults: [redis], reads: [read(8_400, 2)] }), ['stale'], 'nor is it every fault');
  t.end();
});

t.test('an answer that says how long it has been stale is allowed that long, where there is a reason for it', (t) => {
  const writes = [...written, write(3, 5_500)];
  const faults = [away];
  t.same(kindsOf({ writes, faults, reads: [read(8_900, record(2, { stale: 1 }))] }), []);
  t.same(kindsOf({ writes, faults, reads: [read(8_900, record(2, { stale: 0 }))] }), ['stale-in-fault']);
  t.same(kindsOf({ writes, faults, reads: [read(8_900, record(1, { stale: 1 }))] }), ['stale-in-fault']);
  t.same(kindsOf({ writes, faults: [deaf], reads: [read(8_900, record(2, { stale: 1 }))] }), ['failed']);
  t.end();
});

t.test(
  'a failure is allowed while something is away without which there is no answer, and a wrong answer never',
  (t) => {
    const failure: Seen = { kind: 'failure', why: '502' };
    const wrong: Seen = { kind: 'wrong', why: '404' };
    const faults = [away];
    t.same(
      kindsOf({ faults, reads: [read(4_990, failure), read(9_000, failure)] }),
      [],
      'one that ends or begins in it',
    );
    t.same(kindsOf({ faults, reads: [read(4_900, failure), read(9_001, failure)] }), ['failed', 'failed']);
    t.same(kindsOf({ faults, reads: [read(6_000, failure, 'owner')] }), ['failed']);
    t.same(kindsOf({ faults: [deaf], reads: [read(6_000, failure)] }), ['failed']);
    t.same(kindsOf({ faults, reads: [read(6_000, wrong)] }), ['wrong']);
    t.end();
  },
);

t.test('a failure is allowed when the machine stood still so long that calls were given up', (t) => {
  const reads = [read(6_000, { kind: 'failure', why: '504' }), read(6_000, record(2, { stale: 0 }))];
  t.same(kindsOf({ reads, standstills: [{ from: 4_000, until: 4_500 }] }), []);
  t.same(kindsOf({ reads, standstills: [{ from: 4_001, until: 4_500 }] }), ['failed', 'failed']);
  t.same(kindsOf({ reads, standstills: [{ from: 2_000, until: 4_000 }] }), ['failed', 'failed'], 'not long before');
  t.same(
    kindsOf({ reads: [read(6_000, 1)], standstills: [{ from: 4_000, until: 4_500 }] }),
    ['stale'],
    'nothing else is',
  );
  t.end();
});

t.test('a write must be told what became of it, unless its node was broken', async (t) => {
  const writes = [...written, write(3, 6_000, { kind: 'unknown' })];
  t.same(kindsOf({ writes }), ['failed']);
  t.same(kindsOf({ writes, faults: [away] }), ['failed'], 'it is not every fault');
  t.same(kindsOf({ writes, faults: [killed] }), []);
});

t.test('what was never written, or not yet, or refused, is seen by nobody', (t) => {
  t.same(kindsOf({ reads: [read(2_500, 7)] }), ['never-written']);
  t.same(kindsOf({ reads: [read(1_900, 2)] }), ['never-written'], 'before it was sent');
  const writes = [...written, write(3, 2_200, { kind: 'refused' })];
  t.same(kindsOf({ writes, reads: [read(2_500, record(3))] }), ['refused']);
  t.end();
});

t.test('what nobody was told of may be there or not, but as one version', (t) => {
  const writes = [...written, write(3, 2_200, { kind: 'unknown' }), write(4, 2_400)];
  const faults = [killed];
  t.same(kindsOf({ writes, faults, reads: [read(3_401, 4)] }), []);
  t.same(kindsOf({ writes, faults, reads: [read(2_300, 3), read(2_350, 3), read(2_360, 2)] }), []);
  t.same(kindsOf({ writes, faults, reads: [read(2_300, 3), read(2_350, record(3, { version: 5 }))] }), ['misplaced']);
  t.same(kindsOf({ writes, faults, reads: [read(2_300, record(3, { version: 4 }))] }), ['misplaced'], 'another’s');
  t.same(kindsOf({ writes, faults, reads: [read(2_300, record(2, { version: 3 }))] }), ['misplaced']);
  t.end();
});

t.test('a write that was acknowledged and is gone is lost', (t) => {
  const again: Write['end'] = { kind: 'acknowledged', version: 2 };
  t.same(kindsOf({ writes: [...written, write(3, 2_300, again)] }), ['lost'], 'its version was given again');
  t.same(kindsOf({ reads: [read(2_500, 2), read(3_500, 1)] }), ['stale'], 'and a read that does not see it is stale');
  t.end();
});

t.test('time in which the machine stood still does not count', (t) => {
  const standstills = [
    { from: 2_500, until: 2_600 },
    { from: 2_550, until: 2_700 }, // overlaps the one before: 200 ms in all
    { from: 3_600, until: 3_650 },
  ];
  t.same(kindsOf({ standstills, reads: [read(3_200, 1)] }), []);
  t.same(kindsOf({ standstills, reads: [read(3_201, 1)] }), ['stale']);
  t.same(
    kindsOf({ standstills: [{ from: 1_000, until: 2_100 }], reads: [read(3_101, 1)] }),
    ['stale'],
    'cut at the write',
  );
  t.same(kindsOf({ standstills: [{ from: 3_000, until: 9_000 }], reads: [read(3_100, 1)] }), [], 'and at the read');
  t.end();
});

t.test('reads that a stale answer would have been found at are counted, for each node and bound', (t) => {
  const reads = [
    read(500, 1), // nothing is due
    read(2_100, 1), // 1 is, since 1,100 ms
    read(5_900, 2), // 2 is, since 2,900 ms
    read(6_100, 2), // since long ago
    read(3_100, 2, 'owner'),
    read(3_100, { kind: 'failure', why: 'unanswered' }),
  ];
  const { decisive } = checkHistory({ writes: written, reads, faults: [], standstills: [] }, BOUNDS);
  t.same(decisive, { owner: { alive: 1, lost: 0 }, follower: { alive: 2, lost: 0 } });
  const writes = [...written, write(3, 5_100)];
  const lost = checkHistory({ writes, reads: [read(8_200, 3)], faults: [deaf], standstills: [] }, BOUNDS);
  t.same(lost.decisive.follower, { alive: 0, lost: 1 });
  const standstills = [{ from: 2_000, until: 3_000 }];
  const stood = checkHistory({ writes: [write(1, 2_000)], reads: [read(3_900, 1)], faults: [], standstills }, BOUNDS);
  t.same(stood.decisive.follower, { alive: 0, lost: 0 }, 'a machine that stands still decides nothing');
  t.end();
});

t.test('how long a write was not seen at most is told, for each node and bound', (t) => {
  const writes = [...written, write(3, 2_300), write(4, 5_100)];
  const reads = [read(2_400, 1), read(2_450, 2), read(2_900, 3), read(6_000, 3), read(6_500, 4)];
  const owners = [read(2_001, 1, 'owner'), read(9_000, record(3, { stale: 4 }), 'owner')];
  const { unseen } = checkHistory({ writes, reads: [...reads, ...owners], faults: [deaf], standstills: [] }, BOUNDS);
  t.same(unseen, { owner: { alive: 1, lost: 0 }, follower: { alive: 400, lost: 900 } });
  t.end();
});
