import { createHash } from 'node:crypto';
import t from 'tap';
import type { IdentifierKey } from '../../src/identifier/identifier.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { digestOf, RecentChanges } from '../../src/registry/recent-changes.ts';

const record = (seq: number) => ({ seq, kind: 'record', key: `88.1/${seq}` as IdentifierKey, version: 1 }) as const;
const records = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => record(from + i));

t.test('a digest is that of the identifier in upper case, whatever its prefix makes of letters', async (t) => {
  const expected = createHash('sha256').update('88.1/ABC').digest().subarray(0, 12).toString('base64url');
  for (const key of ['88.1/abc', '88.1/ABC', '88.1/aBc']) t.equal(digestOf(key as IdentifierKey), expected);
  t.not(digestOf('88.1/abß' as IdentifierKey), digestOf('88.1/abSS' as IdentifierKey));
});

t.test('changes are told in order, from where somebody knows all', async (t) => {
  const recent = new RecentChanges({ feed: 'f', head: 10 });
  t.equal(recent.next(10), undefined);
  recent.append(records(11, 12));
  recent.append([{ seq: 13, kind: 'prefix', prefix: '88.1.2' as Prefix, version: 2 }]);
  t.strictSame(recent.next(10), {
    seq: 12,
    records: [record(11), record(12)].map(({ key }) => digestOf(key)),
    prefixes: [],
  });
  t.strictSame(recent.next(12), { seq: 13, records: [], prefixes: ['88.1.2'] });
  t.equal(recent.head, 13);
  t.equal(recent.reaches(9), false, 'before it began');
  t.equal(recent.reaches(14), false, 'of another count');
});

t.test('what was left out is not reached any more', async (t) => {
  const recent = new RecentChanges({ feed: 'f', head: 0 });
  for (let i = 0; i < 5; i++) recent.append(records(i * 5_000 + 1, (i + 1) * 5_000));
  t.equal(recent.reaches(4_999), false);
  t.equal(recent.reaches(5_000), true);
  t.equal(recent.next(5_000)?.seq, 10_000);
});

t.test('who waits is told at once, and let go at the end', async (t) => {
  const recent = new RecentChanges({ feed: 'f', head: 0 });
  const waiting = recent.moved(60_000);
  recent.append(records(1, 1));
  await waiting;
  const last = recent.moved(60_000);
  recent.close();
  await last;
  t.equal(recent.closed, true);
});
