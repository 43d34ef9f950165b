import t from 'tap';
import { parseValues } from '../../../src/record/parse-value.ts';
import { assertFollows } from '../../../src/record/template/check-values.ts';
import { assertCoherent, assertSucceeds } from '../../../src/record/template/evolve.ts';
import { jsonSchemaOf } from '../../../src/record/template/json-schema.ts';
import type { Item, Kind } from '../../../src/record/template/template.ts';

const item = (index: number, type: string, rest: Partial<Item> = {}): Item => ({ index, type, kind: 'text', ...rest });
const valuesOf = (...values: [number, string, unknown][]) =>
  parseValues(
    values.map(([index, type, data]) => ({ index, type, data })),
    new Date(0),
  );
const check = (items: Item[], ...values: [number, string, unknown][]) => assertFollows(valuesOf(...values), { items });

t.test('each kind knows its texts', async (t) => {
  const cases: Record<Kind, { right: string[]; wrong: string[] }> = {
    text: { right: ['', '循环泵'], wrong: [] },
    number: { right: ['0', '-12.5', '1e3'], wrong: ['', '1,5', '.5', '01', 'NaN', '1e999', '0x1'] },
    integer: { right: ['0', '-7', '123456789012345678901234567890'], wrong: ['1.0', '', '007', '1e3'] },
    boolean: { right: ['true', 'false'], wrong: ['TRUE', '1', ''] },
    date: { right: ['2026-11-23', '2024-02-29'], wrong: ['2026-02-29', '2026-13-01', '2026-1-1', '20261123', ''] },
    datetime: {
      right: ['2026-11-23T08:00:00Z', '2026-11-23T08:00:00.5+08:00'],
      wrong: ['2026-11-23', '2026-11-23T08:00:00', '2026-02-30T08:00:00Z', '2026-11-23T24:00:00Z'],
    },
    url: {
      right: ['https://example.invalid/a?b', 'HTTP://a'],
      wrong: ['ftp://a', 'javascript:alert(1)', 'a', 'http://'],
    },
    file: {
      right: [`sha256:${'0a'.repeat(32)}`],
      wrong: [
        '',
        `sha256:${'0A'.repeat(32)}`,
        '0a'.repeat(32),
        `sha256:${'0a'.repeat(31)}`,
        `sha256:${'0a'.repeat(33)}`,
      ],
    },
    reference: { right: ['88.101/A', '88.101/a/b 标识'], wrong: ['88.101', 'x', '88..1/a', ''] },
  };
  for (const [kind, { right, wrong }] of Object.entries(cases)) {
    const items = [item(2000, 'X', { kind: kind as Kind })];
    for (const text of right) t.doesNotThrow(() => check(items, [2000, 'X', text]), `${kind}: ${text}`);
    for (const text of wrong) {
      t.throws(() => check(items, [2000, 'X', text]), { code: 'INVALID_VALUE', at: 'X' }, `${kind}: ${text}`);
    }
  }
});

t.test('what does not follow the template is refused, and the item named', async (t) => {
  const items = [
    item(2000, 'NAME', { required: true, minLength: 2, maxLength: 4 }),
    item(2001, 'SIZE', { kind: 'number', minimum: 1, maximum: 10 }),
    item(2002, 'COLOUR', { choices: ['red', '蓝'] }),
    item(2003, 'OLD', { disabled: true, required: true }),
  ];
  const name: [number, string, unknown] = [2000, 'NAME', '循环泵'];
  t.doesNotThrow(() => check(items, name, [1, 'URL', 'anything'], [2002, 'COLOUR', '蓝']));
  const cases: [[number, string, unknown][], string, RegExp][] = [
    [[], 'NAME', /NAME \(index 2000\) is required/],
    [[[2000, 'NAME', '𠮷']], 'NAME', /has 1 characters; at least 2/],
    [[[2000, 'NAME', 'abcde']], 'NAME', /has 5 characters; at most 4/],
    [[name, [2001, 'SIZE', '0.5']], 'SIZE', /is below 1/],
    [[name, [2001, 'SIZE', '11']], 'SIZE', /is above 10/],
    [[name, [2002, 'COLOUR', 'green']], 'COLOUR', /must be one of red, 蓝/],
    [[name, [2003, 'OLD', 'x']], 'OLD', /is disabled/],
    [[name, [2004, 'NEW', 'x']], 'NEW', /is no item of the template/],
    [[name, [2001, 'COLOUR', '1']], 'COLOUR', /has the type SIZE/],
    [[[2000, 'NAME', { format: 'hex', value: '00' }]], 'NAME', /must have the format "string"/],
  ];
  for (const [values, at, message] of cases)
    t.throws(() => check(items, ...values), { code: 'INVALID_VALUE', at, message });
});

t.test('items that cannot stand together are refused', async (t) => {
  const cases: [Item[], string, RegExp][] = [
    [[item(2000, 'A'), item(2000, 'B')], 'items[1].index', /the index of another/],
    [[item(2000, 'A'), item(2001, 'A')], 'items[1].type', /the type of another/],
    [[item(2000, 'A', { minLength: 2, maxLength: 1 })], 'items[0].minLength', /above maxLength/],
    [[item(2000, 'A', { kind: 'number', minimum: 2, maximum: 1 })], 'items[0].minimum', /above maximum/],
    [[item(2000, 'A', { minimum: 1 })], 'items[0].kind', /number or integer/],
    [[item(2000, 'A', { maxSize: 1 })], 'items[0].kind', /must be file/],
  ];
  for (const [items, at, message] of cases)
    t.throws(() => assertCoherent({ items }), { code: 'BAD_REQUEST', at, message });
});

t.test('a new version gives no index another meaning', async (t) => {
  const before = { items: [item(2000, 'A'), item(2001, 'B', { kind: 'number' as const })] };
  const disabled = { items: [item(2000, 'A', { disabled: true }), ...before.items.slice(1), item(2002, 'C')] };
  t.doesNotThrow(() => assertSucceeds(disabled, before));
  const removed = { items: [item(2000, 'A')] };
  t.throws(() => assertSucceeds(removed, before), { at: 'items', message: /must still hold B \(index 2001\)/ });
  const retyped = { items: [item(2000, 'A'), item(2001, 'B')] };
  t.throws(() => assertSucceeds(retyped, before), { at: 'items', message: /its type and kind \(number\)/ });
});

t.test('the JSON Schema names the items in use', async (t) => {
  const items = [
    item(2000, 'NAME', { required: true, maxLength: 4, title: '名称' }),
    item(2001, 'OLD', { disabled: true }),
  ];
  t.match(jsonSchemaOf('88.101/泵', 3, { title: 'Pump', items }), {
    $id: 'urn:kapok:template:88.101%2F%E6%B3%B5:3',
    title: 'Pump',
    properties: { NAME: { type: 'string', title: '名称', maxLength: 4 } },
    required: ['NAME'],
    additionalProperties: false,
  });
  t.notHas(jsonSchemaOf('88.101/a', 1, { items }).properties, 'OLD');
});
