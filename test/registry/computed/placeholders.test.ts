import t from 'tap';
import { parseValues } from '../../../src/record/parse-value.ts';
import { assertPlaceholders, fillValues } from '../../../src/registry/computed/placeholders.ts';

const valuesOf = (...texts: unknown[]) =>
  parseValues(
    texts.map((data, i) => ({ index: i + 1, type: 'NAME', data })),
    new Date(0),
  );
const fill = (text: string) => {
  const [value] = fillValues(valuesOf(text), (name) => `<${name}>`);
  return value?.data.value;
};

t.test('placeholders are filled, and braces that are written twice are braces', async (t) => {
  t.equal(fill('https://a.example/{suffix}?n={counter}'), 'https://a.example/<suffix>?n=<counter>');
  t.equal(fill('{{"n":{counter}}}'), '{"n":<counter>}');
  t.equal(fill('{{counter}}'), '{counter}');
  t.equal(fill('plain 文'), 'plain 文');
});

t.test('what is filled in is not read again', async (t) => {
  const [value] = fillValues(valuesOf('{plant}'), () => '{counter}$&');
  t.equal(value?.data.value, '{counter}$&');
});

t.test('only texts are filled', async (t) => {
  const values = valuesOf({ format: 'vlist', value: [{ handle: '88.1/{counter}', index: 1 }] });
  t.strictSame(
    fillValues(values, () => 'x'),
    values,
  );
  t.doesNotThrow(() => assertPlaceholders(values, []));
});

t.test('an unknown placeholder and a lone brace are refused, and the value named', async (t) => {
  const cases: [string, RegExp][] = [
    ['{serial}', /NAME \(index 1\) has the unknown placeholder \{serial\}: there are \{counter\}, \{suffix\}/],
    ['{}', /unknown placeholder \{\}/],
    ['{Counter}', /unknown placeholder/],
    ['{counter', /a brace without its other one/],
    ['counter}', /a brace without its other one/],
    ['{{counter}', /a brace without its other one/],
    ['{constructor}', /unknown placeholder/],
  ];
  for (const [text, message] of cases) {
    const check = () => assertPlaceholders(valuesOf(text), ['counter', 'suffix']);
    t.throws(check, { code: 'INVALID_VALUE', at: 'NAME', message }, text);
  }
  t.doesNotThrow(() => assertPlaceholders(valuesOf('{{}} {counter} {suffix}', 'x'), ['counter', 'suffix']));
});
