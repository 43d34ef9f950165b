import t from 'tap';
import { gs1CheckDigit } from '../../../src/demo/data/codes/gs1.ts';
import {
  gtin13CheckDigit,
  gtin14CheckDigit,
  isGtin13,
  isGtin14,
  isRestrictedCirculation,
} from '../../../src/demo/data/codes/gtin.ts';
import { isSscc, ssccCheckDigit } from '../../../src/demo/data/codes/sscc.ts';
import { corrupted } from './corrupt.ts';

t.test('computes the check digits of published GTINs and an SSCC', async (t) => {
  t.equal(gtin13CheckDigit('400638133393'), '1');
  t.equal(gtin13CheckDigit('950600013435'), '2');
  t.equal(gtin14CheckDigit('0061414199999'), '6');
  t.equal(ssccCheckDigit('10614141234567890'), '8');
});

t.test('accepts published keys', async (t) => {
  t.ok(isGtin13('4006381333931'));
  t.ok(isGtin14('09506000134352'));
  t.ok(isGtin14('00614141999996'));
  t.ok(isSscc('106141412345678908'));
});

t.test('notices every wrong single digit: 3 and 1 are coprime to 10', async (t) => {
  for (const wrong of corrupted('4006381333931')) t.notOk(isGtin13(wrong), wrong);
  for (const wrong of corrupted('00614141999996')) t.notOk(isGtin14(wrong), wrong);
  for (const wrong of corrupted('106141412345678908')) t.notOk(isSscc(wrong), wrong);
});

t.test('refuses other lengths and other characters', async (t) => {
  for (const text of ['', '4006381333', '04006381333931', '400638133393X', '４006381333931', ' 4006381333931']) {
    t.notOk(isGtin13(text), text);
  }
  t.notOk(isSscc('4006381333931'));
  t.throws(() => gtin13CheckDigit('40063813339'), RangeError);
  t.throws(() => gs1CheckDigit('12a', 3), RangeError);
});

t.test('tells restricted circulation from numbers that a maker owns', async (t) => {
  t.ok(isRestrictedCirculation('2000000000015'));
  t.notOk(isRestrictedCirculation('4006381333931'));
  t.notOk(isRestrictedCirculation('2000000000014'), 'wrong check digit');
});
