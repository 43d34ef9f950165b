import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { parseIdentifier, suffixKey } from '../../../src/identifier/identifier.ts';
import { parseValues } from '../../../src/record/parse-value.ts';
import { toBytes } from '../../../src/registry/import/byte-text.ts';
import { encodeNewRows } from '../../../src/registry/import/copy-rows.ts';
import { PlainNames } from '../../../src/registry/import/plain-names.ts';
import { PlainValues } from '../../../src/registry/import/plain-values.ts';
import type { ReadyRow } from '../../../src/registry/import/prepare-row.ts';
import { WholeRecord } from '../../../src/registry/import/record-json.ts';
import { textValues } from '../../../src/registry/import/text-values.ts';
import { columnsOf } from '../../../src/registry/stored-record.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const TEXTS = [
  '',
  'a',
  '工业',
  '𠮷',
  '"',
  '\\',
  '\\N',
  'a\tb\nc\rd',
  '\u0001\u007f\u0085\u2028',
  '\u{f8ff}',
  '{}',
  'x'.repeat(5000),
];
const value = (index: number, type: string, data: unknown) => ({ index, type, data });

/** What is made of values one by one. */
function slowly(values: unknown) {
  return columnsOf({ values: parseValues(values, NOW) });
}

t.test('records put together from frames are those that are made value by value', async (t) => {
  const plain = new PlainValues(NOW);
  const types = ['URL', '类型', 'a"b', 'back\\slash', '\u{f8ff}', 'e-mail'];
  for (let n = 0; n < 500; n++) {
    const values = Array.from({ length: 1 + (n % 5) }, (_, i) =>
      value((i + 1) * (1 + (n % 3)), types[(n + i) % types.length] as string, TEXTS[(n * 7 + i * 3) % TEXTS.length]),
    );
    const columns = plain.find(values);
    // A type that is the mark itself has no frame.
    if (columns === null) {
      t.ok(values.some(({ type }) => type === '\u{f8ff}'));
      continue;
    }
    const own = { ...columns, record: columns.record.toText(), successor: null };
    if (!isDeepStrictEqual(own, slowly(values))) t.strictSame(own, slowly(values));
    t.equal(columns.record.size, Buffer.byteLength(own.record));
  }
  const texts = textValues([{ index: 3, type: 'NAME' }], [toBytes('木棉 "1"')]);
  t.equal(plain.find(texts)?.record.toText(), slowly(texts?.toJson()).record);
});

t.test('values that are not plain, or wrong, are left to who looks at them one by one', async (t) => {
  const plain = new PlainValues(NOW);
  const good = value(1, 'URL', 'x');
  for (const values of [
    undefined,
    {},
    [],
    [null],
    ['x'],
    [value(2, 'URL', 'x'), good],
    [good, good],
    [value(0, 'URL', 'x')],
    [value(2 ** 31, 'URL', 'x')],
    [value(1.5, 'URL', 'x')],
    [value(1, '', 'x')],
    [value(1, 'x'.repeat(129), 'x')],
    [value(1, 'a\u0000', 'x')],
    [value(1, 'URL', 7)],
    [value(1, 'URL', { format: 'string', value: 'x' })],
    [value(1, 'URL', 'a\u0000')],
    [value(1, 'URL', 'half \ud800')],
    [{ ...good, permissions: '1100' }],
    [{ ...good, ttl: 60 }],
    [{ ...good, colour: 1 }],
    [{ index: 1, type: 'URL' }],
    [value(100, 'HS_ADMIN', 'x')],
    [value(300, 'hs_seckey', 'x')],
    [value(1000, 'TEMPLATE_ID', '88.1/x')],
    [value(1, 'URL', 'x'.repeat(262_144))],
    [value(1, 'URL', '中'.repeat(88_000))],
    Array.from({ length: 65 }, (_, i) => value(i + 1, 'URL', 'x')),
  ]) {
    t.equal(plain.find(values), null, JSON.stringify(values)?.slice(0, 80));
  }
});

t.test(
  'a name is folded as it is where it is looked at closely; controls and characters beyond the first plane are left to that',
  async (t) => {
    for (const suffixCase of ['insensitive', 'sensitive'] as const) {
      const names = new PlainNames();
      t.equal(names.find('88.a/x'), null, 'the prefix is not known yet');
      names.learn(parseIdentifier('88.a/first'), suffixCase);
      for (const text of [
        '88.a/x',
        '88.a/X y/z',
        '88.a/~!"\\',
        '88.a/ÿ',
        '88.a/中',
        '88.a/轴承 aßıſé',
        '88.a/\uffff\u00a0\u2028',
        '88.a/',
        '88.a/a\u0001',
        '88.A/x',
        '88.b/x',
        'x',
        '/',
        7,
      ]) {
        const found = names.find(text);
        if (found === null) continue;
        const identifier = parseIdentifier(String(text));
        t.strictSame(found, { identifier, suffixKey: suffixKey(identifier.suffix, suffixCase), suffixCase });
      }
      const left = [
        '88.a/𠮷',
        '88.a/\ud800',
        '88.a/\u0085',
        '88.a/\u007f',
        '88.a/',
        '88.a/a\u0001',
        '88.A/x',
        '88.b/x',
        'x',
        '/',
        7,
      ];
      for (const text of [...left, `88.a/${'x'.repeat(251)}`])
        t.equal(names.find(text), null, String(text).slice(0, 20));
      t.match(names.find('88.a/轴承x'), { suffixKey: suffixCase === 'insensitive' ? '轴承X' : '轴承x' });
      t.match(names.find('88.a/Xy'), { suffixKey: suffixCase === 'insensitive' ? 'XY' : 'Xy' });
    }
  },
);

t.test('COPY is told the same of a record in frames as of a whole one', async (t) => {
  const plain = new PlainValues(NOW);
  for (const data of TEXTS) {
    const columns = plain.find([value(1, 'URL', data)]);
    if (columns === null) throw new Error('It is plain');
    const identifier = parseIdentifier('88.1/a\\b');
    const row: ReadyRow = {
      line: 1,
      identifier,
      suffixKey: 'A\\B',
      suffixCase: 'insensitive',
      slow: false,
      ...columns,
    };
    const whole = new WholeRecord(row.record.toText());
    const [taken, escaped] = [row, { ...row, record: whole }].map((one) =>
      Buffer.concat(encodeNewRows([one], 'me')).toString(),
    );
    t.equal(taken, escaped);
  }
});
