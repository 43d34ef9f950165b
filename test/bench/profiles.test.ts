import t from 'tap';
import { type Seen, seeProfiles } from './run-bench.ts';

const SEEN: Seen = {
  workers: (t, row) => {
    if (row.status === 'not measured') {
      t.match(row.reasons[0], /without a quota the generator would be what is measured; .*control group|find no room/);
      return;
    }
    t.match(row.targets, [{ name: 'requests/s of 2 workers to 1', least: 1.7 }]);
    const isJudged = row.targets[0]?.value !== null;
    t.equal(
      row.rounds[0]?.notes?.some((note) => note.startsWith('the last round is not judged: ')),
      !isJudged,
    );
  },
  'write-mix': (t, row) => {
    t.match(row.targets, [{ name: 'reads older than a write acknowledged a second before', reached: true }]);
    t.match(row.rounds[0]?.notes, [/^reads: /, /^writes: /, /reads did not show/]);
  },
  observability: (t, row) => {
    t.equal(row.comparisons.length, 12);
    const rates = row.comparisons.filter(({ name }) => name.endsWith('requests/s to none'));
    t.equal(rates.length, 6);
    for (const { name, value } of rates) t.ok((value ?? 0) > 0, name);
    t.match(row.rounds[0]?.notes, [/^\d+ calls of the nodes brought traces/]);
  },
  stale: (t, row) => {
    const targets = Object.fromEntries(row.targets.map(({ name, reached }) => [name, reached]));
    t.match(targets, { 'wrong answers': true, 'answers told as stale while the upstream is away': true });
    t.match(row.rounds[0]?.timeline?.marks, [{ what: 'the fault begins' }, { what: 'it ends' }]);
  },
};

t.test('profiles that load servers go their ways to the end', (t) => seeProfiles(t, SEEN, ['--records', '1000']));
