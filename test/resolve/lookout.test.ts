import t from 'tap';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { Lookout } from '../../src/resolve/lookout.ts';
import { Lookouts } from '../../src/resolve/lookouts.ts';
import { Onlookers, type Resolution } from '../../src/resolve/onlookers.ts';

const resolution = (suffix: string): Resolution => ({
  ...{ at: 0, identifier: `88.1/${suffix}`, prefix: '88.1' as Prefix },
  ...{ outcome: 'found', layer: 'memory', milliseconds: 0 },
});

t.test('while nobody looks there is nothing to call', async (t) => {
  const onlookers = new Onlookers();
  t.equal(onlookers.tell, null);
  const told: string[] = [];
  const ends = [1, 2].map((number) => onlookers.add(({ identifier }) => told.push(`${number} ${identifier}`)));
  onlookers.tell?.(resolution('A'));
  ends[0]?.();
  onlookers.tell?.(resolution('B'));
  ends[1]?.();
  t.equal(onlookers.tell, null);
  t.strictSame(told, ['1 88.1/A', '2 88.1/A', '2 88.1/B']);
});

t.test('what there is no room for is counted and not held', async (t) => {
  const lookout = new Lookout({ prefix: '', sample: 2 });
  for (let i = 0; i < 12_000; i++) lookout.see(resolution(String(i)));
  const { total, resolutions } = lookout.take();
  t.equal(total, 6_000);
  t.equal(resolutions.length, 5_000);
  t.match(resolutions[0], { identifier: '88.1/1' }, 'the second is the first that is told');
  lookout.see(resolution('x'));
  lookout.see(resolution('y'));
  t.match(lookout.take(), { total: 6_001, resolutions: [{ identifier: '88.1/y' }] });
});

t.test('a reader who is slow is told how many were left out', async (t) => {
  const onlookers = new Onlookers();
  const watching = new Lookouts({ onlookers, neighbours: null }).watch({ prefix: '', sample: 1 });
  t.teardown(() => watching.end());
  // The first collection is over: what comes now waits for the next.
  for (let i = 0; i < 7_000; i++) onlookers.tell?.(resolution(String(i)));
  let told = 0;
  let dropped = 0;
  while (told === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    const seen = watching.take();
    told += seen.resolutions.length;
    dropped = seen.dropped;
  }
  t.strictSame({ told, dropped }, { told: 5_000, dropped: 2_000 });
});
