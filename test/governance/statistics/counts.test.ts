import t from 'tap';
import { Counts } from '../../../src/governance/statistics/counts.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const FROM = { source: '10.0.0.0/24' };

function open(options: { maxTallies?: number; onFilling?: () => void } = {}) {
  return new Counts({ now: () => NOON, ...options });
}

t.test('what is counted is taken once', async (t) => {
  const counts = open();
  counts.found('88.1', NOON, FROM.source);
  counts.resolved('88.1', 'absent', { at: NOON, ...FROM });
  counts.resolved('88.2', 'failed', { at: NOON + 1, source: '10.0.1.0/24' });
  const { windows, seconds } = counts.take();
  t.equal(windows.length, 1);
  t.equal(windows[0]?.hour, NOON);
  t.match(windows[0]?.tallies.get('88.1'), { found: 1, absent: 1, failed: 0 });
  t.match(windows[0]?.tallies.get('88.2'), { found: 0, failed: 1 });
  t.strictSame(windows[0]?.tallies.get('88.1')?.sources.heavy, [[FROM.source, 2, 0]]);
  t.strictSame([...seconds], [[NOON, 3]]);
  t.strictSame(counts.take(), { windows: [], seconds: new Map() });
});

t.test('an hour that ends between two flushes keeps its own counts', async (t) => {
  const counts = open();
  counts.found('88.1', NOON, FROM.source);
  counts.found('88.1', NOON + HOUR, FROM.source);
  counts.registered('88.1', NOON + HOUR, 2.5);
  const { windows } = counts.take();
  t.strictSame(
    windows.map(({ hour, tallies }) => [hour, tallies.get('88.1')?.found]),
    [
      [NOON, 1],
      [NOON + HOUR, 1],
    ],
  );
  t.match(windows[1]?.tallies.get('88.1')?.registering, { timed: 1, sum: 2500, max: 2500, min: 2500 });
});

t.test('what could not be stored is counted on, in its hour', async (t) => {
  const counts = open();
  counts.found('88.1', NOON, FROM.source).resolving.add(40, NOON, 1024);
  const taken = counts.take();
  counts.found('88.1', NOON, FROM.source).resolving.add(60, NOON + 5, 1);
  counts.found('88.1', NOON + HOUR, FROM.source);
  counts.putBack(taken);
  counts.found('88.1', NOON + HOUR, FROM.source);
  const { windows, seconds } = counts.take();
  const [noon, later] = windows.map(({ tallies }) => tallies.get('88.1'));
  t.equal(noon?.found, 2);
  t.equal(later?.found, 2);
  t.match(noon?.resolving, { timed: 1025, sum: 40 * 1024 + 60, max: 60, maxAt: NOON + 5, min: 40, minAt: NOON });
  t.strictSame(
    new Map(seconds),
    new Map([
      [NOON, 2],
      [NOON + HOUR, 2],
    ]),
  );
});

t.test('beyond its room it keeps the number and gives up the name, and says in time that it fills', async (t) => {
  let told = 0;
  const counts = open({ maxTallies: 4, onFilling: () => told++ });
  for (let i = 0; i < 10; i++) counts.found(`88.${i}`, NOON, FROM.source);
  t.equal(told, 1);
  const { windows } = counts.take();
  const tallies = [...(windows[0]?.tallies ?? [])].map(([prefix, { found }]) => [prefix, found]);
  t.strictSame(tallies, [
    ['88.0', 1],
    ['88.1', 1],
    ['88.2', 1],
    ['88.3', 1],
    ['', 6],
  ]);
});
