import t from 'tap';
import { casCheckDigit, isCas } from '../../../src/demo/data/codes/cas.ts';
import { corruptedAt } from './corrupt.ts';

t.test('accepts published CAS numbers', async (t) => {
  for (const cas of ['7732-18-5', '107-07-3', '71-23-8', '1333-74-0', '50-00-0']) t.ok(isCas(cas), cas);
  t.equal(casCheckDigit('773218'), '5');
});

t.test('notices a wrong check digit and a wrong digit of weight 1 or 3, which are coprime to 10', async (t) => {
  for (const place of [8, 6, 3]) {
    for (const wrong of corruptedAt('7732-18-5', place)) t.notOk(isCas(wrong), wrong);
  }
});

t.test('refuses other forms', async (t) => {
  for (const text of ['', '7732185', '07732-18-5', '0-00-0', '7732-18-', '7732-1-85', '77321899-18-5', '7732-18-5 ']) {
    t.notOk(isCas(text), text);
  }
});
