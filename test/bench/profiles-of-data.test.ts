import t from 'tap';
import { type Seen, seeProfiles } from './run-bench.ts';

const SEEN: Seen = {
  memory: (t, row) => {
    t.equal(row.targets.length, 2);
    for (const { value, most } of row.targets) t.match({ value, most }, { value: Number, most: 2.5 });
  },
  zipf: (t, row) => {
    t.match(row.targets, [{ name: 'requests/s to the bare server', least: 0.75 }]);
    t.ok((row.proof ?? 0) > 0.6, 'memory held what is asked for most from the beginning');
  },
  'scale-identifiers': (t, row) => {
    t.match(row.targets, [{ name: 'p99 of misses, many identifiers to few', value: Number, most: 1.3 }]);
    t.match(row.rounds[0]?.notes?.[0], /^20,000 identifiers beside 10,000/);
  },
  'scale-delegations': (t, row) => {
    t.match(row.targets, [{ name: 'p99 of referrals, many delegations to few', value: Number, most: 1.2 }]);
    t.match(row.rounds[0]?.notes?.[0], '2,000 delegations beside 1,000');
  },
};

// So many that the smallest memory holds few of them: a short round on a busy machine meets those first.
t.test('profiles that fill databases go their ways to the end', (t) =>
  seeProfiles(t, SEEN, ['--records', '20000', '--delegations', '2000']),
);
