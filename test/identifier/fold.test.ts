import t from 'tap';
import { foldCase } from '../../src/identifier/fold.ts';
import { suffixKey } from '../../src/identifier/identifier.ts';

t.test('turns each ASCII letter into upper case and leaves each other code unit as it is', async (t) => {
  for (let code = 0; code <= 0xffff; code++) {
    const unit = String.fromCharCode(code);
    const expected = code >= 0x61 && code <= 0x7a ? String.fromCharCode(code - 32) : unit;
    if (foldCase(unit) !== expected) t.fail(`U+${code.toString(16)} became ${foldCase(unit)}`);
  }
});

t.test('keeps letters apart that Unicode folds together', async (t) => {
  for (const [a, b] of [
    ['ß', 'SS'],
    ['ı', 'I'],
    ['\u212a', 'K'],
    ['é', 'É'],
    ['ａ', 'Ａ'],
    ['σ', 'ς'],
  ] as const) {
    t.not(foldCase(a), foldCase(b), `${a} ${b}`);
  }
});

t.test('folds the suffix only where its prefix compares so', async (t) => {
  t.equal(suffixKey('Ab/c-设备é', 'sensitive'), 'Ab/c-设备é');
  t.equal(suffixKey('Ab/c-设备é', 'insensitive'), 'AB/C-设备é');
});
