import t from 'tap';
import { ADMIN_BITS, administratorsOf, parseAdminBits } from '../../../src/record/admin/bits.ts';
import type { Value } from '../../../src/record/value.ts';
import { printAdminBits } from '../../support/print-admin-bits.ts';

t.test('digits are read from the highest bit of the mask down (RFC 3651 §3.2.1)', async (t) => {
  t.strictSame([...parseAdminBits('000000000001')], ['addHandle'], '0x0001');
  t.strictSame([...parseAdminBits('000000000010')], ['deleteHandle'], '0x0002');
  t.strictSame([...parseAdminBits('000000010000')], ['modifyValue'], '0x0010');
  t.strictSame([...parseAdminBits('000001000000')], ['addValue'], '0x0040');
  t.strictSame([...parseAdminBits('010000000000')], ['readValue'], '0x0400');
  t.strictSame([...parseAdminBits('100000000000')], ['listHandles'], '0x0800');
  t.equal(parseAdminBits('111111111111').size, 12);
});

t.test('a thirteenth digit, before the others, is about no record', async (t) => {
  t.equal(parseAdminBits('1000000000000').size, 0);
  t.strictSame([...parseAdminBits('1000000000001')], ['addHandle']);
});

t.test('digits come back as they were', async (t) => {
  for (let mask = 0; mask < 4096; mask++) {
    const digits = mask.toString(2).padStart(12, '0');
    if (printAdminBits(parseAdminBits(digits)) !== digits) t.fail(digits);
  }
  t.equal(printAdminBits(new Set(ADMIN_BITS)), '111111111111');
});

t.test('administrators are named by values of the type HS_ADMIN that have the form of one', async (t) => {
  const admin = { handle: '88.1/A', index: 300, permissions: '111111111111' };
  const shared = { ttl: 86_400, timestamp: '2026-01-01T00:00:00Z' };
  const values: Value[] = [
    { index: 100, type: 'hs_admin', data: { format: 'admin', value: admin }, ...shared },
    { index: 101, type: 'HS_ADMIN', data: { format: 'string', value: 'x' }, ...shared },
    { index: 102, type: 'X', data: { format: 'admin', value: admin }, ...shared },
  ];
  t.strictSame(administratorsOf(values), [admin]);
});
