import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import t from 'tap';
import { demoPlan } from '../../../src/demo/data/plan.ts';
import { type Identifier, identifierKey, parseIdentifier } from '../../../src/identifier/identifier.ts';
import { fileOf } from '../../support/root.ts';

const read = (name: string) => readFileSync(fileOf(`examples/${name}`), 'utf8');
const lines: { identifier: string; values: { index: number; type: string; data: unknown }[] }[] = read(
  'products.ndjson',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const table: string[][] = parse(read('products.csv'));

t.test('products.ndjson holds records with an index, a type and data of text', async (t) => {
  t.equal(lines.length, 20);
  for (const { identifier, values } of lines) {
    t.equal(parseIdentifier(identifier).prefix, '88.101.1001');
    t.same(
      values.map(({ index }) => index),
      values.map((_, at) => at + 1),
    );
    for (const { type, data } of values) t.ok(type !== '' && data !== '', identifier);
    t.match(values[0], { type: 'URL', data: { format: 'string', value: /^https:\/\/example\.invalid\// } });
    t.match(values[1], { type: 'NAME', data: /^示例/ });
  }
});

t.test('products.csv holds a header of types and a full row an identifier', async (t) => {
  const [header, ...rows] = table;
  t.same(header, ['identifier', 'URL', 'NAME', 'BATCH']);
  t.equal(rows.length, 20);
  for (const [identifier = '', url = '', name = '', batch] of rows) {
    t.equal(parseIdentifier(identifier).prefix, '88.101.1001');
    t.match(url, /^https:\/\/example\.invalid\//);
    t.match(name, /^示例/);
    t.ok(batch);
  }
});

t.test('no identifier is there twice, in both files and the demo tree', async (t) => {
  const key = (text: string) => identifierKey(parseIdentifier(text) as Identifier, 'insensitive');
  const planned = demoPlan().find(({ prefix }) => prefix === '88.101.1001');
  const all = [
    ...lines.map(({ identifier }) => key(identifier)),
    ...table.slice(1).map(([identifier = '']) => key(identifier)),
    ...[...(planned?.rows() ?? [])].map(({ identifier }) => key(identifier)),
  ];
  t.equal(new Set(all).size, all.length);
});
