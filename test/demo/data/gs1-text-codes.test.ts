import t from 'tap';
import { isGiai } from '../../../src/demo/data/codes/giai.ts';
import { formatUdi, isUdi, parseUdi } from '../../../src/demo/data/codes/udi.ts';
import { corruptedAt } from './corrupt.ts';

const UDI = '(01)09506000134352(17)271231(10)ABC123(21)9001';

t.test('reads the parts of a UDI and writes them as they were', async (t) => {
  const udi = parseUdi(UDI);
  t.same(udi, { gtin: '09506000134352', expiry: '271231', lot: 'ABC123', serial: '9001' });
  t.equal(udi && formatUdi(udi), UDI);
});

t.test('notices every wrong single digit of the GTIN in a UDI', async (t) => {
  for (let place = 4; place < 18; place++) {
    for (const wrong of corruptedAt(UDI, place)) t.notOk(isUdi(wrong), wrong);
  }
});

t.test('accepts day 00, the end of the month, and no day that the month lacks', async (t) => {
  const expiring = (date: string) => UDI.replace('271231', date);
  for (const date of ['270200', '280229', '271130']) t.ok(isUdi(expiring(date)), date);
  for (const date of ['270229', '271131', '271301', '270001', '271232']) t.notOk(isUdi(expiring(date)), date);
});

t.test('refuses a UDI with another order, an empty or an overlong part', async (t) => {
  for (const text of [
    '',
    '(01)09506000134352',
    '(17)271231(01)09506000134352(10)ABC123(21)9001',
    '(01)09506000134352(17)271231(10)(21)9001',
    `(01)09506000134352(17)271231(10)${'A'.repeat(21)}(21)9001`,
    '(01)09506000134352(17)271231(10)ABC(21)90 01',
    `${UDI}\n`,
  ]) {
    t.notOk(isUdi(text), text);
  }
});

t.test('accepts a GIAI of a company prefix and an asset reference, 30 characters at most', async (t) => {
  t.ok(isGiai('9521234ROBOT/0001'));
  t.ok(isGiai(`9521234${'a'.repeat(23)}`));
  t.notOk(isGiai(`9521234${'a'.repeat(24)}`));
  t.notOk(isGiai('ROBOT0001'));
  t.notOk(isGiai('9521234 0001'), 'a space is not in character set 82');
});
