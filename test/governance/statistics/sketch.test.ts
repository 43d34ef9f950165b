import fc from 'fast-check';
import t from 'tap';
import { type Heavy, Sketch } from '../../../src/governance/statistics/sketch.ts';

const stream = fc.array(
  fc.integer({ min: 0, max: 30 }).map((n) => `10.0.${n}.0/24`),
  { maxLength: 400 },
);

function sketchOf(keys: readonly string[], capacity: number): Sketch {
  const sketch = new Sketch(capacity);
  for (const key of keys) sketch.add(key);
  return sketch;
}

function assertBounds(keys: readonly string[], heavy: readonly Heavy[], capacity: number): void {
  const truth = new Map<string, number>();
  for (const key of keys) truth.set(key, (truth.get(key) ?? 0) + 1);
  if (heavy.length > capacity) throw new Error('it holds too much');
  for (const [key, count, over] of heavy) {
    const true_ = truth.get(key) ?? 0;
    if (count < true_ || count - over > true_)
      throw new Error(`${key} was seen ${true_} times, not ${count} less ${over}`);
  }
  const held = new Set(heavy.map(([key]) => key));
  for (const [key, count] of truth) {
    if (count > keys.length / capacity && !held.has(key)) throw new Error(`${key} is missing, seen ${count} times`);
  }
}

t.test(
  'a sketch never counts too little, knows how much too high it may be, and misses nothing that is frequent',
  async () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 20 }), (keys, capacity) => {
        assertBounds(keys, sketchOf(keys, capacity).heavy, capacity);
      }),
    );
  },
);

t.test('two sketches merge into one that holds the same promises for both streams', async () => {
  fc.assert(
    fc.property(stream, stream, fc.integer({ min: 2, max: 12 }), (some, others, capacity) => {
      const sketch = sketchOf(some, capacity);
      sketch.merge(sketchOf(others, capacity).heavy, capacity);
      assertBounds([...some, ...others], sketch.heavy, capacity);
    }),
  );
});

t.test('what fits is exact, the heaviest first', async (t) => {
  const sketch = sketchOf(['b', 'a', 'b', 'c', 'a', 'b'], 4);
  t.strictSame(sketch.heavy, [
    ['b', 3, 0],
    ['a', 2, 0],
    ['c', 1, 0],
  ]);
});
