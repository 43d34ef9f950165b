import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLines } from '../../../src/demo/data/pci/lines.ts';
import { dateOf, findPciSource } from '../../../src/demo/data/pci/source.ts';

t.test('finds the date in the head of the file and not below it', async (t) => {
  t.equal(dateOf(['#', '#\tDate:    2018-02-08 03:15:01', '#']), '2018-02-08 03:15:01');
  t.equal(dateOf(['#\tVersion: 2018.02.08']), '');
  t.equal(dateOf([...Array.from({ length: 50 }, () => '#'), '#\tDate:    2018-02-08 03:15:01']), '');
});

t.test('takes the newest file that exists, one without a date last', async (t) => {
  const folder = t.testdir({
    old: '#\tDate:    2018-02-08 03:15:01\n',
    new: '#\tDate:    2023-04-11 03:15:02\n',
    undated: '0010  A\n',
  });
  const path = (name: string) => join(folder, name);
  const found = findPciSource(['undated', 'old', 'new', 'missing'].map(path));
  t.same(found, { path: path('new'), date: '2023-04-11 03:15:02' });
  t.same(findPciSource([path('undated')]), { path: path('undated'), date: '' });
  t.equal(findPciSource([path('missing')]), null);
});

t.test('finds an installed file without being told where', async (t) => {
  t.ok((findPciSource()?.date ?? '') >= '2018-02-08', 'npm brings the one of 2018');
});

t.test('reads lines whole where a chunk ends in the middle of a character or a line', async (t) => {
  const lines = ['a'.repeat(65_535), '²×é', '', '木棉'.repeat(20_000), 'last'];
  for (const text of [lines.join('\n'), `${lines.join('\n')}\n`]) {
    const path = join(t.testdir({}), 'lines');
    writeFileSync(path, text);
    t.same([...readLines(path)], lines);
  }
});

t.test('refuses to gather a line without end', async (t) => {
  const path = join(t.testdir({}), 'long');
  writeFileSync(path, 'x'.repeat(200_000));
  t.throws(() => [...readLines(path)], RangeError);
});
