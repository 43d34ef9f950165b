import t from 'tap';
import { SerialPattern } from '../../../src/registry/computed/serial-pattern.ts';
import { luhn, mod37 } from '../../../src/registry/mint/check-character.ts';
import { parsePattern } from '../../../src/registry/mint/pattern.ts';

const match = (pattern: string, suffix: string, suffixCase: 'sensitive' | 'insensitive' = 'insensitive') =>
  new SerialPattern(pattern).match(suffix, suffixCase);

t.test('what a pattern mints it knows, and says what stands at its places', async (t) => {
  const now = Date.UTC(2026, 10, 24, 8);
  for (const text of [
    'SN-{counter:6}',
    '{counter}',
    '车{date}/{counter:4}{luhn}',
    'Gr{counter:3}{mod37}-x',
    '{uuid}',
    'a{counter}b{mod37}',
  ]) {
    const pattern = new SerialPattern(text);
    for (const number of [1, 42, 999]) {
      const minted = await parsePattern(text).mint({ now, counter: async () => number });
      const parts = pattern.match(minted, 'sensitive');
      t.equal(parts?.suffix, minted, minted);
      if (text.includes('counter')) t.equal(parts?.number, number);
      const folded = minted.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
      t.equal(pattern.match(folded, 'insensitive')?.suffix, minted, 'in the spelling of the pattern');
    }
  }
  const parts = match('V{plant:2}{date}{counter:5}{mod37}', `V0A2026112400042${mod37('V0A2026112400042')}`);
  t.strictSame(Object.fromEntries(parts?.named ?? []), {
    plant: '0A',
    date: '20261124',
    counter: '00042',
    mod37: mod37('V0A2026112400042'),
  });
});

t.test('what it does not mint it does not know', async (t) => {
  const good = `SN000042${mod37('SN000042')}`;
  const pattern = 'SN{counter:6}{mod37}';
  t.ok(match(pattern, good));
  const wrong = good.endsWith('A') ? 'B' : 'A';
  const cases: [string, string, string?][] = [
    [pattern, `SN000042${wrong}`, 'a wrong check character'],
    [pattern, `SN000024${good.at(-1)}`, 'an exchange of neighbours'],
    [pattern, good.slice(0, -1), 'too short'],
    [pattern, `${good}0`, 'too long'],
    [pattern, `SM000042${mod37('SM000042')}`, 'another start'],
    [pattern, `SN00004X${mod37('SN00004X')}`, 'a letter in the counter'],
    ['{counter}', '007', 'zeros that nobody mints'],
    ['{counter}', '1234567890123456', 'a counter of 16 digits'],
    ['{counter}', ''],
    ['A{counter}', 'A'],
    ['{counter:3}', '1000', 'it is three digits wide'],
    ['{date}', '20260230', 'no day of the calendar'],
    ['{plant:2}{counter:3}', 'A-001', 'no letter or digit'],
    ['{plant:2}{counter:3}', '厂厂001'],
    ['{uuid}', '017F22E2-79B0-4CC3-98C4-DC0C0C07398F', 'a UUID of version 4'],
    ['{counter:3}{luhn}', `123${(Number(luhn('123')) + 1) % 10}`],
  ];
  for (const [text, suffix, why] of cases) t.equal(match(text, suffix), null, why ?? suffix);
});

t.test('literals are compared as the prefix compares', async (t) => {
  t.equal(match('Ab{counter:1}', 'AB1', 'insensitive')?.suffix, 'Ab1');
  t.equal(match('Ab{counter:1}', 'Ab1', 'sensitive')?.suffix, 'Ab1');
  t.equal(match('Ab{counter:1}', 'AB1', 'sensitive'), null);
  t.equal(match('{counter:2}{mod37}', `42${mod37('42')}`.toLowerCase(), 'sensitive'), null, 'a check letter, too');
  t.equal(match('Ä{counter:1}', 'ä1'.normalize(), 'insensitive'), null, 'only ASCII letters fold');
});

t.test('a pattern that cannot be read is refused with the reason', async (t) => {
  const cases: [string, RegExp][] = [
    ['SN', /no place that varies/],
    ['SN{mod37}', /no place that varies/],
    ['{counter}{counter:3}', /more than one counter/],
    ['{plant}', /unknown place \{plant\}/],
    ['{plant:65}', /unknown place \{plant:65\}/],
    ['{plant:0}', /unknown place/],
    ['{uuid:3}', /unknown place \{uuid:3\}/],
    ['{suffix:3}', /unknown place \{suffix:3\}/],
    ['{Plant:3}', /unknown place/],
    ['{plant:1}{plant:2}', /has the place \{plant\} twice/],
    ['{counter:16}', /not 1 to 15 digits wide/],
    ['{counter', /without its other one/],
    [`{counter}${'x'.repeat(128)}`, /over 128 characters/],
  ];
  for (const [text, message] of cases)
    t.throws(() => new SerialPattern(text), { code: 'BAD_REQUEST', at: 'pattern', message }, text.slice(0, 20));
});

t.test('a long suffix of the worst kind is read in no time', async (t) => {
  const pattern = new SerialPattern(`${'a'.repeat(60)}{counter}{plant:64}`);
  const begun = performance.now();
  for (let i = 0; i < 10_000; i++) pattern.match('a'.repeat(130), 'sensitive');
  t.ok(performance.now() - begun < 2_000);
});
