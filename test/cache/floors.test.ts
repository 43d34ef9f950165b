import fc from 'fast-check';
import t from 'tap';
import { Floors } from '../../src/cache/floors.ts';
import { identifierKey, parseIdentifier } from '../../src/identifier/identifier.ts';
import { isUnder, parsePrefix } from '../../src/identifier/prefix.ts';

const name = (text: string) => {
  const identifier = parseIdentifier(text);
  return { key: identifierKey(identifier, 'sensitive'), prefix: identifier.prefix };
};
const a = name('88.101/a');

t.test('a read that finds what was last announced is admitted', async (t) => {
  const floors = new Floors();
  const before = floors.begin();
  t.ok(floors.admits(a.key, { prefix: a.prefix, version: 0, begunAt: before }), 'nothing is known of it');
  floors.raise(a.key, 3);
  t.ok(floors.admits(a.key, { prefix: a.prefix, version: 3, begunAt: before }), 'it saw the change before it was told');
  t.ok(floors.admits(a.key, { prefix: a.prefix, version: 4, begunAt: floors.begin() }), 'it is ahead of the feed');
});

t.test('a late fill with an older version is refused', async (t) => {
  const floors = new Floors();
  const begunAt = floors.begin();
  floors.raise(a.key, 3);
  t.notOk(floors.admits(a.key, { prefix: a.prefix, version: 2, begunAt }));
  t.notOk(floors.admits(a.key, { prefix: a.prefix, version: 0, begunAt }), 'and so is "it does not exist"');
});

t.test('a floor never sinks', async (t) => {
  const floors = new Floors();
  floors.raise(a.key, 5);
  floors.raise(a.key, 4);
  t.notOk(floors.admits(a.key, { prefix: a.prefix, version: 4, begunAt: floors.begin() }));
});

t.test('a subtree that changed refuses all reads at and below it that began before', async (t) => {
  const floors = new Floors();
  const begunAt = floors.begin();
  floors.raiseSubtree(parsePrefix('88.101'));
  const admits = (text: string, at: number) =>
    floors.admits(name(text).key, { ...name(text), version: 9, begunAt: at });
  t.notOk(admits('88.101/a', begunAt));
  t.notOk(admits('88.101.7.1/a', begunAt));
  t.ok(admits('88.1012/a', begunAt), 'a sibling whose name begins alike is another prefix');
  t.ok(admits('88/a', begunAt), 'the prefix above is not concerned');
  t.ok(admits('88.101/a', floors.begin()), 'a read that begins now sees the change');
});

t.test('what was forgotten is refused, so that forgetting is safe', async (t) => {
  const floors = new Floors({ maxKeys: 8 });
  const begunAt = floors.begin();
  floors.raise(a.key, 3);
  for (let i = 0; i < 100; i++) floors.raise(name(`88.101/other-${i}`).key, 1);
  t.notOk(floors.admits(a.key, { prefix: a.prefix, version: 2, begunAt }));
  const unrelated = name('88.102/b');
  t.notOk(
    floors.admits(unrelated.key, { prefix: unrelated.prefix, version: 1, begunAt }),
    'any read that old is refused',
  );
  t.ok(floors.admits(unrelated.key, { prefix: unrelated.prefix, version: 1, begunAt: floors.begin() }));
});

t.test('forgetting a subtree is safe too', async (t) => {
  const floors = new Floors();
  const begunAt = floors.begin();
  floors.raiseSubtree(a.prefix);
  for (let i = 0; i < 300; i++) floors.raiseSubtree(parsePrefix(`88.102.${i}`));
  t.notOk(floors.admits(a.key, { prefix: a.prefix, version: 9, begunAt }));
});

/** What can happen to one of a few keys; `at` picks one of the reads under way. */
const event = fc.record({
  what: fc.constantFrom('write', 'announce', 'announce', 'begin', 'admit', 'admit', 'subtree'),
  key: fc.constantFrom('88.101/a', '88.101/b', '88.101.7/a', '88.102/c'),
  at: fc.nat(7),
});

t.test('no interleaving of writes, announcements and reads lets an older version in', async () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), fc.constantFrom(2, 3, 4, 100), (events, maxKeys) => {
      const floors = new Floors({ maxKeys });
      const stored = new Map<string, number>();
      const announced = new Map<string, number>();
      const feed: { key: string; version: number }[] = [];
      const moved: { prefix: string; after: number }[] = [];
      const reads: { key: string; version: number; begunAt: number; since: number }[] = [];
      for (const { what, key, at } of events) {
        if (what === 'write') {
          const version = (stored.get(key) ?? 0) + 1;
          stored.set(key, version);
          feed.push({ key, version });
        } else if (what === 'announce') {
          const change = feed.shift();
          if (change === undefined) continue;
          floors.raise(name(change.key).key, change.version);
          announced.set(change.key, change.version);
        } else if (what === 'subtree') {
          floors.raiseSubtree(name(key).prefix);
          moved.push({ prefix: name(key).prefix, after: moved.length });
        } else if (what === 'begin') {
          // The worst case: it reads the store in the moment in which it begins.
          reads.push({ key, version: stored.get(key) ?? 0, begunAt: floors.begin(), since: moved.length });
        } else {
          const [read] = reads.splice(at % Math.max(1, reads.length), 1);
          if (read === undefined) continue;
          const { key: own, prefix } = name(read.key);
          if (!floors.admits(own, { prefix, version: read.version, begunAt: read.begunAt })) continue;
          if (read.version < (announced.get(read.key) ?? 0)) return false;
          const missed = moved.filter(({ after }) => after >= read.since);
          if (missed.some((subtree) => isUnder(prefix, parsePrefix(subtree.prefix)))) return false;
        }
      }
      return true;
    }),
    { numRuns: 1_000 },
  );
});

t.test('without a change every read is admitted, however much has been forgotten', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 9 }))), (raises) => {
      const floors = new Floors({ maxKeys: 4 });
      for (const [i, version] of raises) floors.raise(name(`88.101/${i}`).key, version);
      return floors.admits(a.key, { prefix: a.prefix, version: 1, begunAt: floors.begin() });
    }),
  );
});
