import t from 'tap';
import { WriteLog } from '../../../bench/client/write-log.ts';

function logOf(...writes: [at: number, version: number][]): WriteLog {
  const log = new WriteLog();
  for (const [at, version] of writes) log.acknowledged({ at, version, mark: `mark ${version}` });
  return log;
}

t.test('a read may be behind a write for a second, and no longer', async (t) => {
  const log = logOf([1_000, 2], [5_000, 3]);
  const read = (at: number, version: number) =>
    log.judge({ at, version, mark: version < 2 ? null : `mark ${version}` });
  t.equal(read(900, 1), 'current', 'it began before the write');
  t.equal(read(1_500, 1), 'behind');
  t.equal(read(2_001, 1), 'wrong');
  t.equal(read(2_001, 2), 'current');
  t.equal(read(5_999, 2), 'behind');
  t.equal(read(6_001, 2), 'wrong');
  t.equal(read(6_001, 9), 'current', 'a write under way may be seen before it is acknowledged');
});

t.test('a read must say what its version holds, and have one', async (t) => {
  const log = logOf([1_000, 2]);
  t.equal(log.judge({ at: 1_500, version: 2, mark: 'mark 7' }), 'wrong');
  t.equal(log.judge({ at: 1_500, version: 2, mark: null }), 'wrong');
  t.equal(log.judge({ at: 1_500, version: Number.NaN, mark: 'mark 2' }), 'wrong');
});

t.test('a write whose version does not grow is none', async (t) => {
  const log = logOf([1_000, 5]);
  t.equal(log.acknowledged({ at: 1_100, version: 5, mark: 'b' }), false);
  t.equal(log.acknowledged({ at: 1_100, version: Number.NaN, mark: 'b' }), false);
  t.equal(log.acknowledged({ at: 1_100, version: 6, mark: 'b' }), true);
});

t.test('what is forgotten changes no verdict on what begins later', async (t) => {
  const log = logOf([1_000, 2], [2_000, 3], [3_000, 4]);
  log.forget(3_500);
  t.equal(log.judge({ at: 3_500, version: 2, mark: 'mark 2' }), 'wrong');
  t.equal(log.judge({ at: 3_500, version: 3, mark: 'mark 3' }), 'behind');
});
