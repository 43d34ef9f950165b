import t from 'tap';
import { recoveryOf } from '../../bench/faults.ts';

t.test('recovery is from the end of a fault to the first moment after which all goes well', async (t) => {
  const moment = (at: number, more: object = {}) => ({ at, fresh: 9, stale: 0, failed: 0, slowest: 1, ...more });
  t.equal(recoveryOf([moment(0), moment(1), moment(2)], 1), 0, 'nothing happened');
  t.equal(recoveryOf([moment(0), moment(1, { failed: 1 }), moment(2), moment(3)], 2), 0, 'over before the end');
  t.equal(recoveryOf([moment(0, { failed: 1 }), moment(1), moment(2, { stale: 1 }), moment(3), moment(4)], 1), 2);
  t.equal(recoveryOf([moment(0), moment(1, { failed: 1 })], 0), null, 'not over');
});
