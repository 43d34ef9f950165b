import t from 'tap';
import { createLru } from '../../src/cache/lru.ts';

t.test('it keeps so many entries, and of those the ones used last', async (t) => {
  const lru = createLru<string, number>({ max: 3 });
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    lru.set(key, value);
  t.equal(lru.get('a'), 1);
  lru.set('d', 4);
  t.strictSame([...lru.keys()].toSorted(), ['a', 'c', 'd']);
  lru.set('d', 5);
  t.strictSame([...lru.keys()].toSorted(), ['a', 'c', 'd'], 'a new value of a known key takes no other place');
  t.equal(lru.get('d'), 5);
  for (let i = 0; i < 1_000; i++) lru.set(String(i), i);
  t.strictSame([...lru.keys()], ['999', '998', '997']);
  t.equal(lru.delete('999'), true);
  lru.set('e', 6);
  t.strictSame([...lru.keys()], ['e', '998', '997'], 'what was deleted leaves its place');
});
