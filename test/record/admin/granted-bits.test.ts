import t from 'tap';
import { grantedBits } from '../../../src/record/admin/granted-bits.ts';
import type { Reference, Value } from '../../../src/record/value.ts';
import { printAdminBits } from '../../support/print-admin-bits.ts';

const SHARED = { ttl: 86_400, timestamp: '2026-01-01T00:00:00Z' };
const SUBJECT = { index: 300, handle: '88.1/ADMIN' };

function admin(index: number, reference: Reference, permissions = '111111111111'): Value {
  return { index, type: 'HS_ADMIN', data: { format: 'admin', value: { ...reference, permissions } }, ...SHARED };
}

function list(index: number, ...value: Reference[]): Value {
  return { index, type: 'HS_VLIST', data: { format: 'vlist', value }, ...SHARED };
}

async function granted(values: Value[], records: Record<string, Value[]> = {}, subject: Reference = SUBJECT) {
  const reads: string[] = [];
  const find = async (handle: string) => {
    reads.push(handle);
    return records[handle] ?? null;
  };
  const bits = await grantedBits(values, { subject, keyOf: (handle) => handle.toUpperCase(), find });
  return { bits: bits === null ? null : printAdminBits(bits), reads };
}

t.test('a record without HS_ADMIN leaves the decision to others', async (t) => {
  t.equal((await granted([])).bits, null);
  t.equal((await granted([list(200, SUBJECT)])).bits, null);
});

t.test('an administrator has the bits of the values that name his key', async (t) => {
  t.equal((await granted([admin(100, SUBJECT, '010011110011')])).bits, '010011110011');
  t.equal(
    (await granted([admin(100, SUBJECT, '100000000000'), admin(101, SUBJECT, '000000000001')])).bits,
    '100000000001',
  );
  t.equal(
    (await granted([admin(100, { ...SUBJECT, index: 0 }, '000000000001')])).bits,
    '000000000001',
    'index 0: any key',
  );
  t.equal(
    (await granted([admin(100, { ...SUBJECT, handle: '88.1/admin' })])).bits,
    '111111111111',
    'spelled otherwise',
  );
});

t.test('another key, index or identifier has none of them', async (t) => {
  t.equal((await granted([admin(100, { ...SUBJECT, index: 301 })])).bits, '000000000000');
  t.equal((await granted([admin(100, { ...SUBJECT, handle: '88.1/OTHER' })])).bits, '000000000000');
  t.equal((await granted([admin(100, SUBJECT)], {}, { index: 0, handle: '88.1/ADMIN' })).bits, '000000000000');
});

t.test('a list of administrators stands for its members, also in another list', async (t) => {
  const records = {
    '88.1/GROUP': [
      list(200, { index: 300, handle: '88.1/ELSE' }, { index: 201, handle: '88.1/GROUP' }),
      list(201, SUBJECT),
    ],
  };
  const at = (index: number) => [admin(100, { index, handle: '88.1/GROUP' }, '000000110000')];
  t.equal((await granted(at(201), records)).bits, '000000110000');
  t.strictSame(await granted(at(200), records), { bits: '000000110000', reads: ['88.1/ELSE', '88.1/GROUP'].reverse() });
  t.equal((await granted(at(202), records)).bits, '000000000000', 'no such value');
  t.equal((await granted(at(0), records)).bits, '000000000000', 'a list has an index');
});

t.test('the same list gives the bits of each value that names it', async (t) => {
  const group = { index: 200, handle: '88.1/GROUP' };
  const values = [admin(100, group, '100000000000'), admin(101, group, '000000000001')];
  t.equal((await granted(values, { '88.1/GROUP': [list(200, SUBJECT)] })).bits, '100000000001');
});

t.test('a value that is no list stands for nobody', async (t) => {
  const group = { index: 200, handle: '88.1/GROUP' };
  const lookalike: Value = { ...list(200, SUBJECT), type: 'X' };
  t.equal((await granted([admin(100, group)], { '88.1/GROUP': [lookalike] })).bits, '000000000000');
});

t.test('lists that lead back to themselves end', async (t) => {
  const records = {
    '88.1/A': [list(200, { index: 200, handle: '88.1/B' })],
    '88.1/B': [list(200, { index: 200, handle: '88.1/A' })],
  };
  const { bits, reads } = await granted([admin(100, { index: 200, handle: '88.1/A' })], records);
  t.equal(bits, '000000000000');
  t.strictSame(reads, ['88.1/A', '88.1/B']);
});

t.test('a chain of lists is followed to a bounded depth', async (t) => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => [
        `88.1/L${i}`,
        [list(200, i === length - 1 ? SUBJECT : { index: 200, handle: `88.1/L${i + 1}` })],
      ]),
    );
  const first = [admin(100, { index: 200, handle: '88.1/L0' })];
  t.equal((await granted(first, chain(4))).bits, '111111111111');
  t.equal((await granted(first, chain(5))).bits, '000000000000');
});

t.test('a decision reads a bounded number of records and references', async (t) => {
  const many = Array.from({ length: 100 }, (_, i) => ({ index: 200, handle: `88.1/M${i}` }));
  const { reads } = await granted([admin(100, { index: 200, handle: '88.1/A' })], { '88.1/A': [list(200, ...many)] });
  t.equal(reads.length, 16);
  const wide = Array.from({ length: 20_000 }, (_, i) => ({ index: 200, handle: `88.1/M${i % 7}` }));
  const values = [admin(100, { index: 200, handle: '88.1/A' })];
  t.equal((await granted(values, { '88.1/A': [list(200, ...wide, SUBJECT)] })).bits, '000000000000');
});
