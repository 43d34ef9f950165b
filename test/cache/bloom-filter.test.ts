import t from 'tap';
import { BloomFilter } from '../../src/cache/bloom-filter.ts';

const MIB = 1024 * 1024;
const known = (i: number) => `88.101.${i % 50}/SN-${i.toString(36).padStart(7, '0')}`;
const unknown = (i: number) => `88.101.${i % 50}/sn-${i.toString(36).padStart(7, '0')}`;

t.test('what was added may be there, and of what was not hardly any', (t) => {
  const filter = new BloomFilter({ room: 0, maxBytes: 16 * MIB });
  const number = 300_000;
  for (let i = 0; i < number; i++) filter.add(known(i));
  const lost = Array.from({ length: number }, (_, i) => known(i)).filter((text) => !filter.mayHave(text));
  t.strictSame(lost, []);
  const mistaken = Array.from({ length: number }, (_, i) => unknown(i)).filter((text) => filter.mayHave(text));
  t.ok(mistaken.length < 0.003 * number, `${mistaken.length} mistaken`);
  t.ok(filter.size > 0.997 * number && filter.size <= number, `${filter.size} counted`);
  t.equal(filter.bytes, 0.875 * MIB, 'three layers');
  t.end();
});

t.test('what is added twice takes no room', (t) => {
  const filter = new BloomFilter({ room: 0, maxBytes: MIB });
  for (let i = 0; i < 200_000; i++) filter.add(known(i % 10));
  t.equal(filter.size, 10);
  t.equal(filter.bytes, MIB / 8);
  t.end();
});

t.test('other scripts and near texts are told apart', (t) => {
  const filter = new BloomFilter({ room: 0, maxBytes: MIB });
  const texts = ['88.1/底盘', '88.1/底盘1', '88.1/1底盘', '88.1/a', '88.1/b', '88.1/aa', '88.1/𠮷'];
  for (const [i, text] of texts.entries()) {
    t.equal(filter.mayHave(text), false, text);
    filter.add(text);
    t.equal(filter.mayHave(text), true, text);
    t.equal(filter.size, i + 1);
  }
  t.end();
});

t.test('one that would need more memory than it may take says "perhaps", and holds none', (t) => {
  const filter = new BloomFilter({ room: 0, maxBytes: MIB / 4 });
  for (let i = 0; i < 70_000; i++) filter.add(known(i));
  t.equal(filter.full, true);
  t.equal(filter.bytes, 0);
  t.equal(filter.mayHave('88.1/never'), true);
  t.equal(new BloomFilter({ room: 10_000_000, maxBytes: MIB }).full, true, 'from the beginning, too');
  t.end();
});
