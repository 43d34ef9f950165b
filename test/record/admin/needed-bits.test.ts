import t from 'tap';
import { neededBits } from '../../../src/record/admin/needed-bits.ts';
import type { Permissions } from '../../../src/record/permissions.ts';
import type { Value } from '../../../src/record/value.ts';

function value(index: number, text: string, extra: Partial<Value> = {}): Value {
  const data = { format: 'string', value: text } as const;
  return { index, type: 'URL', data, ttl: 86_400, timestamp: '2026-01-01T00:00:00Z', ...extra };
}

function admin(index: number, permissions = '111111111111', extra: Partial<Value> = {}): Value {
  const data = { format: 'admin', value: { handle: '88.1/A', index: 300, permissions } } as const;
  return { index, type: 'HS_ADMIN', data, ttl: 86_400, timestamp: '2026-01-01T00:00:00Z', ...extra };
}

const locked = (permissions: Permissions = '1010') => ({ permissions });
const A = value(1, 'a');
const B = value(2, 'b');

type Row = [name: string, before: Value[] | null, after: Value[] | null, bits: string[], locked?: number];

const rows: Row[] = [
  ['a new record', null, [A], ['addHandle']],
  ['a new record with administrators', null, [A, admin(100)], ['addHandle']],
  ['a withdrawal', [A, admin(100)], null, ['deleteHandle']],
  ['a withdrawal of a locked value', [value(1, 'a', locked())], null, ['deleteHandle']],
  ['a value more', [A], [A, B], ['addValue']],
  ['an administrator more', [A], [A, admin(100)], ['addAdmin']],
  ['both', [A], [A, B, admin(100)], ['addValue', 'addAdmin']],
  ['a value less', [A, B], [A], ['removeValue']],
  ['an administrator less', [A, admin(100)], [A], ['removeAdmin']],
  ['other data', [A], [value(1, 'x')], ['modifyValue']],
  ['another type', [A], [value(1, 'a', { type: 'EMAIL' })], ['modifyValue']],
  ['another time to live', [A], [value(1, 'a', { ttl: 60 })], ['modifyValue']],
  ['other permissions', [A], [value(1, 'a', { permissions: '1100' })], ['modifyValue']],
  ['other references', [A], [value(1, 'a', { references: [{ handle: '88.1/R', index: 1 }] })], ['modifyValue']],
  ['another time of writing alone', [A], [value(1, 'a', { timestamp: '2027-01-01T00:00:00Z' })], ['modifyValue']],
  ['the same', [A, admin(100)], [A, admin(100)], ['modifyValue']],
  ['nothing of nothing', [], [], ['modifyValue']],
  ['other rights of an administrator', [admin(100)], [admin(100, '000000000001')], ['modifyAdmin']],
  ['a value that becomes an administrator', [value(100, 'a')], [admin(100)], ['modifyValue', 'addAdmin']],
  ['an administrator that becomes a value', [admin(100)], [value(100, 'a')], ['removeAdmin', 'modifyValue']],
  ['an administrator in small letters', [A], [A, admin(100, '1'.repeat(12), { type: 'hs_admin' })], ['addAdmin']],
  [
    'all at once',
    [A, B, admin(100)],
    [value(1, 'x'), value(3, 'c')],
    ['modifyValue', 'removeValue', 'removeAdmin', 'addValue'],
  ],
  ['a locked value that stays', [value(1, 'a', locked()), B], [value(1, 'a', locked())], ['removeValue']],
  ['a locked value that changes', [value(1, 'a', locked())], [value(1, 'x', locked())], ['modifyValue'], 1],
  ['a locked value that goes', [value(1, 'a', locked()), B], [B], ['removeValue'], 1],
  ['a locked value that is unlocked', [value(1, 'a', locked())], [A], ['modifyValue'], 1],
  ['a locked administrator that goes', [admin(100, '1'.repeat(12), locked())], [], ['removeAdmin'], 100],
  ['a value that becomes locked', [A], [value(1, 'a', locked())], ['modifyValue']],
  ['an open value that changes', [value(1, 'a', locked('1111'))], [value(1, 'x', locked('1111'))], []],
  ['an open value that no administrator writes', [value(1, 'a', locked('1011'))], [value(1, 'x', locked('1011'))], []],
  ['an open value that goes', [value(1, 'a', locked('1111')), B], [B], ['removeValue']],
  ['an open value that is closed', [value(1, 'a', locked('1111'))], [A], ['modifyValue']],
  [
    'an open value of another type',
    [value(1, 'a', locked('1111'))],
    [value(1, 'a', { ...locked('1111'), type: 'X' })],
    ['modifyValue'],
  ],
  [
    'an open value that becomes an administrator',
    [value(1, 'a', locked('1111'))],
    [admin(1, '1'.repeat(12), locked('1111'))],
    ['modifyValue', 'addAdmin'],
  ],
  [
    'an open administrator',
    [admin(1, '1'.repeat(12), locked('1111'))],
    [admin(1, '0'.repeat(12), locked('1111'))],
    ['modifyAdmin'],
  ],
  ['an open value beside a new one', [value(1, 'a', locked('1111'))], [value(1, 'x', locked('1111')), B], ['addValue']],
];

for (const [name, before, after, bits, index = null] of rows) {
  t.test(`${name} takes ${bits.join(', ') || 'nothing but a name'}`, async (t) => {
    const need = neededBits(before, after);
    t.strictSame([...need.bits].sort(), [...bits].sort());
    t.equal(need.locked, index);
  });
}

t.test('a key, an administrator or a list of them is told apart from other values', async (t) => {
  const differs = (before: Value[], after: Value[]) => neededBits(before, after).authority;
  for (const type of ['HS_PUBKEY', 'hs_seckey', 'HS_VLIST', 'HS_ADMIN']) {
    const key = value(9, 'k', { type });
    t.equal(differs([A], [A, key]), true, `${type} added`);
    t.equal(differs([A, key], [A]), true, `${type} removed`);
    t.equal(differs([A, key], [A, value(9, 'x', { type })]), true, `${type} changed`);
    t.equal(differs([value(9, 'k')], [key]), true, `${type} made of another`);
    t.equal(differs([A, key], [value(1, 'x'), key]), false, `${type} beside`);
    const open = value(9, 'k', { type, permissions: '1111' });
    t.strictSame(
      [...neededBits([open], [value(9, 'x', { type, permissions: '1111' })]).bits].length,
      1,
      `${type} open`,
    );
  }
});

t.test('a secret key that is sent as it stands is a change of it, so that nobody can try what it is', async (t) => {
  const secret = (text: string) => value(9, text, { type: 'HS_SECKEY', permissions: '1100' });
  for (const text of ['right', 'wrong']) {
    const need = neededBits([A, secret('right')], [value(1, 'x'), secret(text)]);
    t.match({ bits: [...need.bits], authority: need.authority }, { bits: ['modifyValue'], authority: true }, text);
  }
  const kept = secret('right');
  t.equal(neededBits([A, kept], [value(1, 'x'), kept]).authority, false, 'what is kept is no guess');
});

t.test('data are the same whatever the order of their members', async (t) => {
  const key = (members: object) => value(1, '', { data: { format: 'key', value: { kty: 'OKP', ...members } } });
  const other = value(2, 'b');
  t.strictSame([...neededBits([key({ crv: 'a', x: 'b' })], [key({ x: 'b', crv: 'a' }), other]).bits], ['addValue']);
  t.strictSame([...neededBits([key({ crv: 'a', x: 'b' })], [key({ x: 'a', crv: 'b' })]).bits], ['modifyValue']);
});
