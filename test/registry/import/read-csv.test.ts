import t from 'tap';
import { csvRows } from './read-rows.ts';

const value = (index: number, type: string, data: string) => ({ index, type, data });
/** "中" in GBK, the encoding in which a spreadsheet on a Chinese computer saves CSV when it is not told otherwise. */
const GBK = Buffer.from([0xd6, 0xd0]);

t.test('a column is a value, named by its type and numbered by its place', async (t) => {
  t.strictSame(await csvRows('identifier,URL,DESC\n88.1/a,http://a/,one\n88.1/b,,two\n'), [
    { line: 2, identifier: '88.1/a', values: [value(1, 'URL', 'http://a/'), value(2, 'DESC', 'one')] },
    { line: 3, identifier: '88.1/b', values: [value(2, 'DESC', 'two')] },
  ]);
});

t.test('a column can state its index', async (t) => {
  t.strictSame(await csvRows('identifier,17:URL,x:y,DESC\n88.1/a,u,v,w'), [
    { line: 2, identifier: '88.1/a', values: [value(17, 'URL', 'u'), value(2, 'x:y', 'v'), value(3, 'DESC', 'w')] },
  ]);
});

t.test('a quoted field holds commas, quotes and line breaks; its row is named by its first line', async (t) => {
  const file = 'identifier,DESC,X\r\n88.1/a,"a, ""b""\r\n\nc",1\r\n"88.1/""b""",2,""\r\n';
  t.strictSame(await csvRows(file), [
    { line: 2, identifier: '88.1/a', values: [value(1, 'DESC', 'a, "b"\r\n\nc'), value(2, 'X', '1')] },
    { line: 5, identifier: '88.1/"b"', values: [value(1, 'DESC', '2')] },
  ]);
});

t.test('a byte order mark, empty lines and a missing last line break change nothing', async (t) => {
  const rows = [{ line: 4, identifier: '88.1/中', values: [value(1, 'URL', 'x')] }];
  t.strictSame(await csvRows('\uFEFF\n"identifier",URL\n\r\n88.1/中,x'), rows);
});

t.test('reads the same however the file is cut', async (t) => {
  const file = '\uFEFFidentifier,DESC\r\n88.1/𠮷,"工业\n""互""联网"\r\n88.1/b,"x"y\r\n88.1/c,z\r\n';
  const rows = await csvRows(file);
  t.equal(rows.length, 3);
  for (let size = 1; size <= 12; size++) t.strictSame(await csvRows(file, size), rows, `${size} bytes a piece`);
});

t.test('a broken row is reported with its line and costs no other row', async (t) => {
  const rows = [
    '88.1/1,ok',
    '88.1/2,"x"y',
    '88.1/3,ok',
    '88.1/4,5" pipe',
    '88.1/5,ok',
    '88.1/6',
    '88.1/7,a,b',
    '88.1/8,ok',
  ];
  t.strictSame(
    (await csvRows(`identifier,DESC\n${rows.join('\n')}\n`)).map((row) =>
      'broken' in row ? [row.line, row.broken] : row.line,
    ),
    [
      2,
      [3, 'The row is not CSV: something follows the closing quote of a field'],
      4,
      [5, 'The row is not CSV: a field that holds a quote must be quoted, and the quote doubled'],
      6,
      [7, 'The row has 1 fields, the header 2'],
      [8, 'The row has 3 fields, the header 2'],
      9,
    ],
  );
});

t.test('a row that is no UTF-8 is reported, not stored with question marks', async (t) => {
  const file = Buffer.concat([
    Buffer.from('identifier,DESC\n88.1/1,'),
    GBK,
    Buffer.from('\n88.1/2,ok\n88.1/3,"a\n'),
    GBK,
    Buffer.from('"\n88.1/4,ok\n'),
  ]);
  const rows = await csvRows(file);
  t.strictSame(
    rows.map((row) => [row.line, 'broken' in row ? row.broken : null]),
    [
      [2, 'The line is not UTF-8'],
      [3, null],
      [4, 'The line is not UTF-8'],
      [6, null],
    ],
  );
});

t.test('a row that is too long is reported, and the rows after it are read', async (t) => {
  const long = 'x'.repeat(1_048_577);
  const rows = await csvRows(`identifier,DESC\n88.1/1,${long}\n88.1/2,ok\n`);
  t.match(rows, [
    { line: 2, broken: /The line is over 1048576 bytes/ },
    { line: 3, identifier: '88.1/2' },
  ]);
});

t.test('a quote that is never closed is reported where it opens, and ends at the limit or with the file', async (t) => {
  t.match(await csvRows('identifier,DESC\n88.1/1,"open\n88.1/2,swallowed\n'), [
    { line: 2, broken: /a quoted field is not closed; it goes on to the end of the file/ },
  ]);
  const filler = `${'y'.repeat(99)}\n`.repeat(11_000);
  const rows = await csvRows(`identifier,DESC\n88.1/1,"open\n${filler}88.1/2,ok\n`);
  t.match(rows[0], { line: 2, broken: /is not closed; it goes on to line \d+, over 1048576 characters/ });
  t.match(rows.at(-1), { line: 11_003, identifier: '88.1/2' });
});

t.test('a header that is none stops the import', async (t) => {
  for (const [header, message] of [
    ['URL,identifier', 'The first column of a CSV import is "identifier", not "URL"'],
    ['Identifier', 'The first column of a CSV import is "identifier", not "Identifier"'],
    ['88.1/a,x', 'The first column of a CSV import is "identifier", not "88.1/a"'],
    ['identifier,URL,,DESC', 'Column 3 of the header has no name'],

    ['identifier,"URL', /a quoted field is not closed/],
    [Buffer.concat([Buffer.from('identifier,'), GBK]), 'The line is not UTF-8'],
  ] as const) {
    const file = Buffer.concat([Buffer.from(header as string), Buffer.from('\n88.1/a,x\n')]);
    await t.rejects(csvRows(file), { code: 'BAD_REQUEST', at: 'line 1', message }, String(header));
  }
});

t.test('an empty file has no rows', async (t) => {
  for (const file of ['', '\n', '\r\n\r\n', '\uFEFF', 'identifier', 'identifier,URL\n']) {
    t.strictSame(await csvRows(file), [], JSON.stringify(file));
  }
});
