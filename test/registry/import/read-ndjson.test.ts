import t from 'tap';
import { ndjsonRows } from './read-rows.ts';

t.test('a line is a row', async (t) => {
  const file = '{"identifier":"88.1/a","values":[]}\n{"values":[{"index":1}],"identifier":"88.1/中"}\n';
  t.strictSame(await ndjsonRows(file), [
    { line: 1, identifier: '88.1/a', values: [] },
    { line: 2, identifier: '88.1/中', values: [{ index: 1 }] },
  ]);
});

t.test('a byte order mark, empty lines, carriage returns and a missing last line break change nothing', async (t) => {
  t.strictSame(await ndjsonRows('\uFEFF{"identifier":"88.1/a"}\r\n\r\n \n{"identifier":"88.1/b"}'), [
    { line: 1, identifier: '88.1/a', values: undefined },
    { line: 4, identifier: '88.1/b', values: undefined },
  ]);
});

t.test('reads the same however the file is cut', async (t) => {
  const file = '{"identifier":"88.1/𠮷"}\n\n{"identifier":\n{"identifier":"88.1/工业","values":[]}\n';
  const rows = await ndjsonRows(file);
  t.equal(rows.length, 3);
  for (let size = 1; size <= 12; size++) t.strictSame(await ndjsonRows(file, size), rows, `${size} bytes a piece`);
});

t.test('a broken line is reported with its number and costs no other line', async (t) => {
  const lines = [
    '{"identifier":"88.1/1"}',
    '{',
    '[]',
    'null',
    '7',
    '{"identifier":"88.1/2","colour":1}',
    '{"identifier":"88.1/3"}',
  ];
  t.match(await ndjsonRows(lines.join('\n')), [
    { line: 1, identifier: '88.1/1' },
    { line: 2, broken: /^The line is not JSON: / },
    { line: 3, broken: 'The line is not a JSON object' },
    { line: 4, broken: 'The line is not a JSON object' },
    { line: 5, broken: 'The line is not a JSON object' },
    { line: 6, broken: '"colour" is not a field here; there are identifier, values' },
    { line: 7, identifier: '88.1/3' },
  ]);
});

t.test('a line that is no UTF-8 is reported, not stored with question marks', async (t) => {
  const broken = Buffer.concat([Buffer.from('{"identifier":"88.1/'), Buffer.from([0xd6, 0xd0]), Buffer.from('"}\n')]);
  t.match(await ndjsonRows(Buffer.concat([broken, Buffer.from('{"identifier":"88.1/2"}')])), [
    { line: 1, broken: 'The line is not UTF-8' },
    { line: 2, identifier: '88.1/2' },
  ]);
});

t.test('a line of 1 MiB is read, a longer one is reported and not held in memory', async (t) => {
  const line = (bytes: number) => `{"identifier":"${'x'.repeat(bytes - 17)}"}`;
  const rows = await ndjsonRows(`${line(1_048_576)}\n${line(1_048_577)}\n${line(5_000_000)}\n${line(40)}`);
  t.match(rows, [
    { line: 1, identifier: /^x+$/ },
    { line: 2, broken: 'The line is over 1048576 bytes' },
    { line: 3, broken: 'The line is over 1048576 bytes' },
    { line: 4, identifier: /^x+$/ },
  ]);
});
