import fc from 'fast-check';
import t from 'tap';
import { type Cacheable, MemoryCache } from '../../src/cache/memory-cache.ts';
import { identifierKey, parseIdentifier } from '../../src/identifier/identifier.ts';
import { type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';

const keyOf = (text: string) => identifierKey(parseIdentifier(text), 'sensitive');
const value = (text: string, version: number, { bytes = 100, own = true, negative = false } = {}): Cacheable => {
  return { prefix: parseIdentifier(text).prefix, version, own, negative, bytes };
};
const open = (maxBytes = 1_000_000) => new MemoryCache<Cacheable>({ maxBytes });
type Cache = ReturnType<typeof open>;

/** Stores what a read that begins and ends now found; fresh until the moment 1000 of a clock that stands at 0. */
function put(
  cache: Cache,
  text: string,
  version: number,
  options: { bytes?: number; own?: boolean; negative?: boolean } = {},
): boolean {
  return cache.put(keyOf(text), value(text, version, options), { begunAt: cache.begin(), freshUntil: 1_000, now: 0 });
}

function getEntry(cache: Cache, text: string) {
  const entry = cache.get(keyOf(text));
  if (entry === undefined) throw new Error(`${text} is not held`);
  return entry;
}

t.test('it gives back what was put in', async (t) => {
  const cache = open();
  t.equal(cache.get(keyOf('88.101/a')), undefined);
  t.ok(put(cache, '88.101/a', 1));
  t.match(cache.get(keyOf('88.101/a')), { value: { version: 1 }, storedAt: 0, freshUntil: 1_000 });
});

t.test('it never holds more bytes than it may', async () => {
  const sizes = fc.array(fc.tuple(fc.nat(60), fc.nat(30_000)), { maxLength: 200 });
  fc.assert(
    fc.property(sizes, (puts) => {
      const cache = open(50_000);
      for (const [i, bytes] of puts) {
        put(cache, `88.101/${i}`, 1, { bytes });
        if (cache.bytes > 50_000) return false;
      }
      return cache.bytes >= cache.size * 400;
    }),
  );
});

t.test('an answer that is larger than the whole cache drives nothing out', async (t) => {
  const cache = open(10_000);
  put(cache, '88.101/small', 1);
  put(cache, '88.101/huge', 1, { bytes: 20_000 });
  t.equal(cache.get(keyOf('88.101/huge')), undefined);
  t.ok(cache.get(keyOf('88.101/small')));
});

t.test('what was not used goes first, and a look-up by its spelling is a use', async (t) => {
  // Seven eighths are room for three entries of 716 bytes and some.
  const cache = open(2_800);
  for (const text of ['88.101/a', '88.101/b', '88.101/c']) put(cache, text, 1);
  const entry = getEntry(cache, '88.101/a');
  cache.spell(entry, '88.101/a');
  cache.get(keyOf('88.101/c'));
  t.equal(cache.getSpelled('88.101/a'), entry);
  put(cache, '88.101/d', 1);
  t.same(
    ['a', 'b', 'c', 'd'].filter((suffix) => cache.get(keyOf(`88.101/${suffix}`)) !== undefined),
    ['a', 'c', 'd'],
  );
});

t.test('what is not there drives out nothing that is', async (t) => {
  const cache = open(80_000);
  for (let i = 0; i < 50; i++) put(cache, `88.101/there-${i}`, 1);
  for (let i = 0; i < 10_000; i++) put(cache, `88.101/absent-${i}`, 0, { negative: true });
  const lost = Array.from({ length: 50 }, (_, i) => keyOf(`88.101/there-${i}`)).filter((key) => !cache.get(key));
  t.strictSame(lost, []);
  t.ok(cache.size > 60 && cache.bytes <= 80_000, 'and some of it is kept');
  put(cache, '88.101/absent-9999', 1);
  t.equal(getEntry(cache, '88.101/absent-9999').value.version, 1, 'it is there now');
  cache.invalidate(keyOf('88.101/absent-9999'), 2);
  t.equal(cache.get(keyOf('88.101/absent-9999')), undefined, 'in neither part');
});

t.test('a renewed answer of the same version is reached as before', async (t) => {
  const cache = open();
  put(cache, '88.101/a', 1);
  cache.spell(getEntry(cache, '88.101/a'), '/a');
  put(cache, '88.101/a', 1);
  t.equal(cache.getSpelled('/a')?.value.version, 1);
  put(cache, '88.101/a', 2);
  t.equal(cache.getSpelled('/a'), undefined);
});

t.test('a spelling leads to its entry as long as that is held, and no longer', async (t) => {
  const cache = open();
  const spell = (version: number) => {
    put(cache, '88.101/标识', version);
    const entry = getEntry(cache, '88.101/标识');
    cache.spell(entry, '88.101/%E6%A0%87%E8%AF%86');
    return entry;
  };
  const found = () => cache.getSpelled('88.101/%E6%A0%87%E8%AF%86');
  t.equal(found(), undefined);
  spell(1);
  t.equal(found()?.value.version, 1);
  put(cache, '88.101/标识', 2);
  t.equal(found(), undefined, 'replaced');
  t.equal(spell(2), found());
  cache.invalidate(keyOf('88.101/标识'), 3);
  t.equal(found(), undefined, 'invalidated');
  spell(3);
  cache.invalidateSubtrees([parsePrefix('88')]);
  t.equal(found(), undefined, 'its subtree invalidated');
  spell(3);
  cache.clear();
  t.equal(found(), undefined, 'cleared');
});

t.test('an entry has four spellings at most', async (t) => {
  const cache = open();
  put(cache, '88.101/a', 1);
  const entry = getEntry(cache, '88.101/a');
  for (let i = 0; i < 10; i++) cache.spell(entry, `spelling ${i}`);
  t.equal(entry.spellings?.length, 4);
  t.equal(cache.getSpelled('spelling 4'), undefined);
  t.equal(cache.getSpelled('spelling 3'), entry);
});

t.test(
  'a mark leads to all entries that share it, as long as each is held, however many spellings they have',
  async (t) => {
    const cache = open();
    const names = ['88.101/a', '88.101/A', '88.101/á'];
    const marked = () => cache.marked('mark').map(({ key }) => key);
    const mark = (text: string, { negative = false } = {}) => {
      put(cache, text, 1, { negative });
      cache.mark(getEntry(cache, text), 'mark');
    };
    t.same(marked(), []);
    for (const name of names) {
      put(cache, name, 1);
      for (let i = 0; i < 10; i++) cache.spell(getEntry(cache, name), `${name} ${i}`);
      mark(name);
      mark(name);
    }
    t.same(marked(), names.map(keyOf));
    mark('88.101/a', { negative: true });
    t.same(marked().toSorted(), names.map(keyOf).toSorted(), 'one that has become negative is found still');
    for (const name of names) cache.delete(keyOf(name));
    t.same(marked(), []);
    mark('88.101/a');
    cache.clear();
    t.same(marked(), []);
  },
);

t.test('an older version never replaces a newer one', async (t) => {
  const cache = open();
  put(cache, '88.101/a', 2);
  t.notOk(put(cache, '88.101/a', 1));
  t.equal(cache.get(keyOf('88.101/a'))?.value.version, 2);
  t.ok(put(cache, '88.101/a', 2), 'the same version is stored anew, with its new time');
  t.ok(put(cache, '88.101/a', 3));
});

t.test('a read that began before a change cannot bring back what the change has removed', async (t) => {
  const cache = open();
  const begunAt = cache.begin();
  cache.invalidate(keyOf('88.101/a'), 2);
  const late = { begunAt, freshUntil: 1_000, now: 0 };
  t.notOk(cache.put(keyOf('88.101/a'), value('88.101/a', 1), late));
  t.notOk(cache.admits(keyOf('88.101/a'), value('88.101/a', 1), begunAt));
  t.ok(cache.put(keyOf('88.101/a'), value('88.101/a', 2), late));
});

t.test('a change leaves a floor as long as anybody reads, and none while nobody does', async (t) => {
  const cache = open();
  const late = { begunAt: cache.begin(), freshUntil: 1_000, now: 0 };
  cache.begin();
  cache.end();
  cache.invalidate(keyOf('88.101/a'), 2);
  t.notOk(cache.put(keyOf('88.101/a'), value('88.101/a', 1), late), 'another read has ended, this one has not');
  cache.end();
  cache.invalidate(keyOf('88.101/b'), 2);
  t.ok(put(cache, '88.101/b', 1), 'a read that begins after the change is believed');
});

t.test('what another node said is not measured by the versions of this one', async (t) => {
  const cache = open();
  cache.invalidate(keyOf('88.101/a'), 7);
  t.ok(put(cache, '88.101/a', 1, { own: false }), 'the prefix moved to a node that counts from 1');
  const begunAt = cache.begin();
  cache.invalidateSubtrees([parsePrefix('88.101')]);
  t.equal(cache.get(keyOf('88.101/a')), undefined);
  t.notOk(
    cache.admits(keyOf('88.101/a'), value('88.101/a', 1, { own: false }), begunAt),
    'a move of its prefix counts',
  );
});

t.test('invalidation keeps what is not older', async (t) => {
  const cache = open();
  put(cache, '88.101/a', 5);
  cache.invalidate(keyOf('88.101/a'), 5);
  t.equal(cache.get(keyOf('88.101/a'))?.value.version, 5);
  cache.invalidate(keyOf('88.101/a'), 6);
  t.equal(cache.get(keyOf('88.101/a')), undefined);
});

t.test('many subtrees are invalidated in one walk, and nothing beside them', async (t) => {
  const cache = open(100_000_000);
  for (let i = 0; i < 50_000; i++) put(cache, `88.${i % 2_000}.${i % 7}/${i}`, 1);
  const moved = Array.from({ length: 1_000 }, (_, i) => parsePrefix(`88.${i}`));
  const begun = performance.now();
  cache.invalidateSubtrees(moved);
  t.ok(performance.now() - begun < 1_000, 'a node that is told of a thousand prefixes goes on answering');
  t.equal(cache.size, 25_000);
  t.equal(cache.get(keyOf('88.999.6/999')), undefined);
  t.ok(cache.get(keyOf('88.1000.6/1000')));
});

t.test('a subtree is invalidated whole, whatever else was used or thrown out before', async () => {
  const prefixes = ['88', '88.1', '88.1.2', '88.12', '88.2'] as Prefix[];
  const step = fc.record({
    what: fc.constantFrom('put', 'put', 'put', 'get', 'drop', 'subtree'),
    prefix: fc.constantFrom(...prefixes),
    suffix: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const cache = open(8_000);
      let version = 0;
      for (const { what, prefix, suffix } of steps) {
        const text = `${prefix}/${suffix}`;
        version++;
        if (what === 'put') put(cache, text, version);
        else if (what === 'get') cache.get(keyOf(text));
        else if (what === 'drop') cache.invalidate(keyOf(text), version);
        else {
          cache.invalidateSubtrees([prefix]);
          const under = prefixes.filter((other) => other === prefix || other.startsWith(`${prefix}.`));
          const left = under.some((other) => [0, 1, 2, 3, 4, 5].some((i) => cache.get(keyOf(`${other}/${i}`))));
          if (left) return false;
        }
      }
      return true;
    }),
  );
});

t.test('what has outlived its time is kept, for an outage', async (t) => {
  const cache = open();
  cache.put(keyOf('88.101/a'), value('88.101/a', 4), { begunAt: cache.begin(), freshUntil: 10, now: 0 });
  t.equal(cache.get(keyOf('88.101/a'))?.freshUntil, 10);
  const later = { begunAt: cache.begin(), freshUntil: 2_000, now: 1_000 };
  t.ok(cache.put(keyOf('88.101/a'), value('88.101/a', 3), later), 'its source may have begun anew: it gives way');
});
