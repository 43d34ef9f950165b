import t from 'tap';
import { TokenBuckets } from '../../src/http/token-bucket.ts';

const NOW = 1_800_000_000_000;

/** How many of `count` requests of one moment are admitted. */
function admitted(buckets: TokenBuckets, { at, count }: { at: number; count: number }): number {
  const bucket = buckets.bucketOf('192.0.2.1', at);
  return Array.from({ length: count }, () => buckets.take(bucket, at)).filter(Boolean).length;
}

t.test('an address may ask as often in a second as the limit says', async (t) => {
  const buckets = new TokenBuckets(5);
  t.equal(admitted(buckets, { at: NOW, count: 20 }), 5);
  t.equal(admitted(buckets, { at: NOW + 199, count: 20 }), 0);
  t.equal(admitted(buckets, { at: NOW + 400, count: 20 }), 2, 'what has come back meanwhile');
  t.equal(admitted(buckets, { at: NOW + 60_000, count: 20 }), 5, 'a quiet minute saves up no more than a second');
});

t.test('each address has its own limit', async (t) => {
  const buckets = new TokenBuckets(1);
  t.equal(buckets.bucketOf('192.0.2.1', NOW), buckets.bucketOf('192.0.2.1', NOW));
  t.ok(buckets.take(buckets.bucketOf('192.0.2.1', NOW), NOW));
  t.notOk(buckets.take(buckets.bucketOf('192.0.2.1', NOW), NOW));
  t.ok(buckets.take(buckets.bucketOf('192.0.2.2', NOW), NOW));
});

t.test('a batch costs its length, and one above the limit is served and paid off', async (t) => {
  const buckets = new TokenBuckets(10);
  const bucket = buckets.bucketOf('192.0.2.1', NOW);
  t.ok(buckets.take(bucket, NOW, 1000), 'else it could never be served');
  t.notOk(buckets.take(bucket, NOW + 1000, 1), 'the debt is a second at most');
  t.ok(buckets.take(bucket, NOW + 2100, 1));
  t.ok(buckets.take(bucket, NOW + 2100, 0), 'what costs nothing is never refused');
});

t.test('a limit of 0 is none', async (t) => {
  t.equal(admitted(new TokenBuckets(0), { at: NOW, count: 1000 }), 1000);
});
