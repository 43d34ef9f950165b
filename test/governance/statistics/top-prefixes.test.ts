import t from 'tap';
import { type Counted, Counts } from '../../../src/governance/statistics/counts.ts';
import { TopPrefixes } from '../../../src/governance/statistics/top-prefixes.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

/** What a flush takes after these resolutions. */
function taken(found: Record<string, number>, failed: Record<string, number> = {}): Counted {
  const counts = new Counts({ now: () => NOON });
  for (const [outcome, numbers] of [['found', found] as const, ['failed', failed] as const])
    for (const [prefix, number] of Object.entries(numbers))
      for (let i = 0; i < number; i++) counts.resolved(prefix, outcome, { at: NOON, source: 'node' });
  return counts.take();
}

const shown = (top: TopPrefixes) => top.heaviest.map(({ prefix, found, failed }) => [prefix, found, failed]);

t.test('shows a minute when it is over, the heaviest prefix first, and not those of no prefix', async (t) => {
  const top = new TopPrefixes(NOON);
  top.add(taken({ '88.1': 2, '88.2': 5, '': 9 }), NOON + MINUTE - 1);
  t.strictSame(shown(top), []);
  top.add(taken({ '88.1': 1 }, { '88.1': 3, '88.3': 1 }), NOON + MINUTE);
  t.strictSame(shown(top), [
    ['88.1', 3, 3],
    ['88.2', 5, 0],
    ['88.3', 0, 1],
  ]);
});

t.test('the next minute begins with nothing', async (t) => {
  const top = new TopPrefixes(NOON);
  top.add(taken({ '88.1': 2 }), NOON + MINUTE);
  top.add(taken({ '88.2': 1 }), NOON + 2 * MINUTE);
  t.strictSame(shown(top), [['88.2', 1, 0]]);
});

t.test('a minute that lasted longer is told as a minute', async (t) => {
  const top = new TopPrefixes(NOON);
  top.add(taken({ '88.1': 200 }), NOON + 2 * MINUTE);
  t.strictSame(shown(top), [['88.1', 100, 0]]);
});

t.test('what could not be stored, and is taken again, counts once', async (t) => {
  const top = new TopPrefixes(NOON);
  const counted = taken({ '88.1': 4 });
  top.add(counted, NOON + 1);
  top.takeBack(counted);
  top.add(counted, NOON + MINUTE);
  t.strictSame(shown(top), [['88.1', 4, 0]]);
});

t.test('names without end take no memory without end, and hide no heavy prefix', async (t) => {
  const top = new TopPrefixes(NOON);
  for (let flush = 0; flush < 10; flush++) {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`88.${flush}.${i}`, 1]));
    top.add(taken({ ...many, '88.5': 3 }), NOON + 1 + flush);
  }
  top.add(taken({}), NOON + MINUTE);
  t.equal(top.heaviest.length, 200);
  t.strictSame(shown(top)[0], ['88.5', 30, 0]);
});
