import t, { type Test } from 'tap';
import { toBytes } from '../../../src/registry/import/byte-text.ts';
import { LineShapes } from '../../../src/registry/import/line-shape.ts';
import { TextValues } from '../../../src/registry/import/text-values.ts';
import { ndjsonRows } from './read-rows.ts';

const values = (...texts: string[]) => texts.map((data, i) => ({ index: i + 1, type: `T${i}`, data }));

/** The rows of a file, read with shapes, must be those that JSON.parse makes of each line alone. */
async function assertSame(t: Test, lines: readonly string[]): Promise<void> {
  const together = await ndjsonRows(lines.join('\n'));
  for (const [i, line] of lines.entries()) {
    const [alone] = await ndjsonRows(line);
    t.strictSame(together[i], { ...alone, line: i + 1 }, `line ${i + 1}`);
  }
}

t.test('lines that differ in their texts alone are read without being parsed', async (t) => {
  const shapes = new LineShapes();
  const model = '{"identifier":"88.1/a","values":[{"index":1,"type":"URL","data":"x"}]}';
  t.equal(shapes.read(toBytes(model), 1), null);
  shapes.learn(toBytes(model), { line: 1, identifier: '88.1/a', values: JSON.parse(model).values });
  const row = shapes.read(toBytes(model.replace('88.1/a', '88.1/中').replace('"x"', '""')), 7);
  t.match(row, { line: 7, identifier: '88.1/中' });
  if (!(row?.values instanceof TextValues)) throw new Error('It was parsed');
  t.strictSame(row.values.toJson(), [{ index: 1, type: 'URL', data: '' }]);
});

t.test('whatever a line is, it is read as JSON reads it', async (t) => {
  const line = (identifier: string, ...texts: string[]) => JSON.stringify({ identifier, values: values(...texts) });
  await assertSame(t, [
    line('88.1/a', 'x', 'y'),
    line('88.1/b', '', 'index'),
    line('88.1/c', '"quoted"', 'back\\slash'),
    line('88.1/d', '\u0001', '\u2028'),
    line('identifier', 'identifier', 'values'),
    line('88.1/e', 'x'),
    `${line('88.1/f', 'x', 'y')} `,
    `${line('88.1/g', 'x', 'y')}\r`,
    `${line('88.1/h', 'x', 'y')}x`,
    line('88.1/i', 'x', 'y').slice(0, -1),
    line('88.1/j', 'x', 'y').replace('"index":2', '"index":3'),
    line('88.1/k', 'x', 'y').replace('"T1"', '"T2"'),
    line('88.1/l', 'x', 'y').replace('}]}', '},{"index":3,"type":"T2","data":"z"}]}'),
    line('88.1/m', 'x', 'y').replace('"data":"x"', '"data":"x","ttl":60'),
    '{"values": [{"type": "T0", "data": "x", "index": 1}], "identifier": "88.1/n"}',
    '{"values": [{"type": "T0", "data": "y", "index": 1}], "identifier": "88.1/o"}',
    '{ "identifier" : "88.1/p" , "values" : [ { "index" : 1 , "type" : "T0" , "data" : "x" } ] }',
    '{ "identifier" : "88.1/q" , "values" : [ { "index" : 1 , "type" : "T0" , "data" : "y, z" } ] }',
    line('88.1/r', 'a","b', 'y'),
    '{"identifier":"88.1/s","values":[{"index":1,"type":"T0","data":"x","data":"y"}]}',
    '{"identifier":"88.1/t","values":[{"index":1,"type":"T0","data":"z","data":"w"}]}',
    line('T0', 'T0', 'T0'),
    line('T1', 'x', 'T0'),
  ]);
});

t.test('a text that is also in the frame of the line does not mislead', async (t) => {
  for (const odd of ['index', 'T0', 'data', 'values', '', ':', ',', '}', '88.1/a']) {
    const first = JSON.stringify({ identifier: odd, values: values(odd, odd) });
    const second = JSON.stringify({ identifier: '88.1/x', values: values('one', 'two') });
    await assertSame(t, [first, second, first, second]);
  }
});
