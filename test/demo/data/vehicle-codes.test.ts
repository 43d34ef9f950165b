import t from 'tap';
import { containerCheckDigit, containerRemainder, isContainer } from '../../../src/demo/data/codes/container.ts';
import { imoCheckDigit, isImo } from '../../../src/demo/data/codes/imo.ts';
import { isVin, vinCheckDigit, withVinCheckDigit } from '../../../src/demo/data/codes/vin.ts';
import { corrupted, corruptedAt } from './corrupt.ts';

t.test('VIN: accepts published numbers', async (t) => {
  t.ok(isVin('1M8GDM9AXKP042788'));
  t.equal(vinCheckDigit('1M8GDM9A0KP042788'), 'X', 'what stands at position 9 has no weight');
  t.ok(isVin('11111111111111111'));
  t.equal(withVinCheckDigit('1M8GDM9A0KP042788'), '1M8GDM9AXKP042788');
});

t.test('VIN: notices every wrong single digit', async (t) => {
  for (const vin of ['1M8GDM9AXKP042788', '11111111111111111']) {
    for (const wrong of corrupted(vin)) t.notOk(isVin(wrong), wrong);
  }
});

t.test('VIN: refuses I, O, Q, small letters and other lengths', async (t) => {
  for (const text of ['', '1M8GDM9AXKP04278', '1M8GDM9AXKP0427888', '1m8gdm9axkp042788', '1M8GDM9AXKPO42788']) {
    t.notOk(isVin(text), text);
  }
  t.throws(() => vinCheckDigit('1M8GDM9AXKPI42788'), RangeError);
});

t.test('IMO: accepts published ship numbers', async (t) => {
  for (const number of ['9074729', '9176187', '9241061', '9481427', '9999993', '1013353']) t.ok(isImo(number), number);
  t.equal(imoCheckDigit('907472'), '9');
  for (const text of ['', '907472', '90747290', 'IMO9074729', '907472９']) t.notOk(isImo(text), text);
});

t.test('IMO: notices a wrong check digit and a wrong digit of weight 7 or 3, which are coprime to 10', async (t) => {
  for (const place of [0, 4, 6]) {
    for (const wrong of corruptedAt('9074729', place)) t.notOk(isImo(wrong), wrong);
  }
  t.ok(isImo('9574729'), 'of weight 6, 0 and 5 weigh the same modulo 10: the system does not promise more');
});

t.test('ISO 6346: accepts published container numbers', async (t) => {
  t.ok(isContainer('CSQU3054383'));
  t.ok(isContainer('BICU1234565'));
  t.equal(containerCheckDigit('CSQU305438'), '3');
  for (const text of ['', 'CSQU305438', 'CSQA3054383', 'CSQU30543833', 'csqu3054383', 'CSQU 305438-3']) {
    t.notOk(isContainer(text), text);
  }
});

t.test('ISO 6346: notices every wrong single digit unless 0 stands for both 0 and 10', async (t) => {
  for (const wrong of corrupted('CSQU3054383')) t.notOk(isContainer(wrong), wrong);
  t.throws(() => containerRemainder('CSQU30543'), RangeError);
});
