import fc from 'fast-check';
import t from 'tap';
import { S3Fifo } from '../../src/cache/s3-fifo.ts';

interface Held {
  uses: number;
  readonly bytes: number;
}

function open(maxBytes: number) {
  const left: Held[] = [];
  const cache = new S3Fifo<string, Held>({
    maxBytes,
    bytesOf: (_key, { bytes }) => bytes,
    ghostBytesOf: () => 1,
    onLeave: (value) => left.push(value),
  });
  return { cache, left };
}

t.test('what was used survives a scan of any length', async (t) => {
  const { cache } = open(1_000);
  const hot = Array.from({ length: 50 }, (_, i) => `hot ${i}`);
  for (const key of hot) cache.set(key, { bytes: 10, uses: 0 });
  for (const key of hot) cache.get(key);
  for (let i = 0; i < 10_000; i++) cache.set(`once ${i}`, { bytes: 10, uses: 0 });
  for (const key of hot) t.ok(cache.peek(key), key);
});

t.test('what comes back soon after it left is kept longer than what is new', async (t) => {
  const { cache } = open(100);
  for (let i = 0; i < 10; i++) cache.set(`a${i}`, { bytes: 10, uses: 0 });
  cache.set('over', { bytes: 10, uses: 0 });
  t.equal(cache.get('a0'), undefined, 'the oldest has left');
  cache.set('a0', { bytes: 10, uses: 0 });
  for (let i = 0; i < 100; i++) cache.set(`once ${i}`, { bytes: 10, uses: 0 });
  t.ok(cache.peek('a0'));
});

t.test('each use spares a round, and what is used no more goes in the end', async (t) => {
  const { cache } = open(100);
  cache.set('old', { bytes: 10, uses: 0 });
  for (let i = 0; i < 50; i++) cache.get('old');
  for (let round = 0; round < 100; round++) {
    cache.set(`key ${round}`, { bytes: 10, uses: 0 });
    cache.get(`key ${round}`);
  }
  t.equal(cache.peek('old'), undefined);
});

t.test('a value that is larger than the whole is not kept, nor is what it replaces', async (t) => {
  const { cache, left } = open(100);
  const [small, first, huge] = [
    { bytes: 10, uses: 0 },
    { bytes: 10, uses: 0 },
    { bytes: 101, uses: 0 },
  ];
  cache.set('small', small);
  cache.set('a', first);
  cache.set('a', huge);
  t.equal(cache.get('a'), undefined);
  t.equal(cache.get('small'), small);
  t.strictSame(left, [first, huge]);
});

const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant('set' as const), key: fc.nat(40), bytes: fc.integer({ min: 2, max: 60 }) }),
    fc.record({ step: fc.constantFrom('get' as const, 'delete' as const), key: fc.nat(40) }),
    fc.record({ step: fc.constant('clear' as const), key: fc.constant(0) }),
  ),
  { maxLength: 400 },
);

t.test('it stays within its bytes, holds what was put last, and lets each value go once', async () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { cache, left } = open(200);
      const put: Held[] = [];
      const last = new Map<string, Held>();
      for (const one of all) {
        const key = String(one.key);
        if (one.step === 'set') {
          const value = { bytes: one.bytes, uses: 0 };
          put.push(value);
          last.set(key, value);
          cache.set(key, value);
        } else if (one.step === 'get') {
          const value = cache.get(key);
          if (value !== undefined && value !== last.get(key)) return false;
        } else if (one.step === 'delete') {
          cache.delete(key);
          if (cache.peek(key) !== undefined) return false;
        } else cache.clear();
        const held = [...cache.entries()].map(([, value]) => value);
        if (held.length !== cache.size || cache.bytes > 200) return false;
        if (held.reduce((sum, { bytes }) => sum + bytes, 0) > cache.bytes) return false;
        if (new Set([...held, ...left]).size !== put.length || held.length + left.length !== put.length) return false;
      }
      return true;
    }),
  );
});
