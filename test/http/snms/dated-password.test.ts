import t from 'tap';
import { currentDays, datedPassword, isDatedPassword } from '../../../src/http/snms/dated-password.ts';

/** The example of the deployed nodes' documents, whose password is 123456 and not, as they print, 12345. */
const VECTOR = '58e2c92c46485fdbc35fdcd0814d6c0f000cad5aa156848ca5edaf29406b7661';
const password = Buffer.from('123456');

t.test('the dated form is that of the deployed nodes', async (t) => {
  t.equal(datedPassword('123456', '2019-08-15'), VECTOR);
  t.ok(isDatedPassword(VECTOR, password, ['2019-08-14', '2019-08-15']));
  t.ok(isDatedPassword(VECTOR.toUpperCase(), password, ['2019-08-15']));
  t.notOk(isDatedPassword(VECTOR, password, ['2019-08-16']), 'it is over with its day');
  t.notOk(isDatedPassword(VECTOR, Buffer.from('12345'), ['2019-08-15']));
  t.notOk(isDatedPassword('123456', password, ['2019-08-15']));
  t.notOk(isDatedPassword(VECTOR, password, []));
});

t.test('a day is one of China, and around midnight both are today', async (t) => {
  const at = (moment: string) => currentDays(Date.parse(moment));
  t.strictSame(at('2019-08-15T04:00:00Z'), ['2019-08-15']);
  t.strictSame(at('2019-08-15T16:30:00Z'), ['2019-08-16']);
  t.strictSame(at('2019-08-15T15:57:00Z'), ['2019-08-15', '2019-08-16']);
  t.strictSame(at('2019-08-15T16:03:00Z'), ['2019-08-15', '2019-08-16']);
});
