import t from 'tap';
import { luhn, mod37 } from '../../../src/registry/mint/check-character.ts';
import { parsePattern } from '../../../src/registry/mint/pattern.ts';
import { uuid7 } from '../../../src/registry/mint/uuid7.ts';

const NOW = Date.UTC(2026, 10, 23, 8);

t.test('a UUID of version 7 is laid out as in RFC 9562, appendix A.6', async (t) => {
  const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
  t.equal(uuid7(0x017f22e279b0, random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  t.match(uuid7(NOW), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.ok(uuid7(NOW) < uuid7(NOW + 1), 'in order of time');
  t.not(uuid7(NOW), uuid7(NOW));
});

t.test('check characters are those of published examples', async (t) => {
  t.equal(mod37('A12425GABC1234002'), 'M', 'the example of the GRid standard');
  t.equal(mod37('a1-2425G-ABC1234002'), 'M', 'hyphens and case do not count');
  t.equal(luhn('7992739871'), '3', 'the example of the Luhn formula');
  t.equal(luhn('SN-7992739871'), '3', 'letters do not count');
});

t.test('MOD 37,36 finds each wrong character and each exchange of neighbours', async (t) => {
  const whole = `SN2026A7${mod37('SN2026A7')}`;
  const holds = (text: string) => mod37(text.slice(0, -1)) === text.at(-1);
  t.ok(holds(whole));
  for (let i = 0; i < whole.length; i++) {
    const others = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((character) => character !== whole[i]);
    t.notOk(
      others.some((character) => holds(whole.slice(0, i) + character + whole.slice(i + 1))),
      `character ${i}`,
    );
    const [a, b] = [whole[i], whole[i + 1]];
    if (b !== undefined && a !== b) t.notOk(holds(whole.slice(0, i) + b + a + whole.slice(i + 2)), `exchange at ${i}`);
  }
});

t.test('a pattern fills its places in order', async (t) => {
  const mint = (text: string) => parsePattern(text).mint({ now: NOW, counter: async () => 42 });
  t.equal(await mint('SN-{counter:6}'), 'SN-000042');
  t.equal(await mint('{counter}'), '42');
  t.equal(await mint('车{date}/{counter:4}{luhn}'), `车20261123/0042${luhn('202611230042')}`);
  t.equal(await mint('GR{counter:3}{mod37}-x'), `GR042${mod37('GR042')}-x`);
  t.match(await mint('{uuid}'), /^[0-9a-f-]{36}$/);
  t.equal(parsePattern('{counter}').counts, true);
  t.equal(parsePattern('{uuid}').counts, false);
});

t.test('a pattern that cannot mint is refused with the reason', async (t) => {
  const cases: [string, RegExp][] = [
    ['', /neither \{counter\} nor \{uuid\}/],
    ['SN{date}', /neither/],
    ['{counter}{counter:3}', /more than one counter/],
    ['{serial}', /unknown place \{serial\}/],
    ['{counter:0}', /not 1 to 15 digits wide/],
    ['{counter:16}', /not 1 to 15 digits wide/],
    ['{uuid', /without its other one/],
    ['uuid}{uuid}', /without its other one/],
    [`{uuid}${'x'.repeat(130)}`, /over 128 characters/],
  ];
  for (const [text, message] of cases) {
    t.throws(() => parsePattern(text), { code: 'BAD_REQUEST', at: 'pattern', message }, text.slice(0, 20));
    t.throws(() => parsePattern(text), { name: 'KapokError' });
  }
});
