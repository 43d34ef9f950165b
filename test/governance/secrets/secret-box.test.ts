import { randomBytes } from 'node:crypto';
import t from 'tap';
import { SecretBox } from '../../../src/governance/secrets/secret-box.ts';

const box = new SecretBox(randomBytes(32));
const place = { table: 'organisations', row: '1', field: 'sealed' };

t.test('what is sealed opens at its place alone, unaltered, with its key', async (t) => {
  const plain = Buffer.from('13800138000');
  const sealed = box.seal(plain, place);
  t.strictSame(box.open(sealed, place), plain);
  t.notOk(sealed.includes(plain));
  for (const other of [{ table: 'filings' }, { row: '2' }, { field: 'pending_sealed' }])
    t.throws(() => box.open(sealed, { ...place, ...other }), /unable to authenticate/, JSON.stringify(other));
  t.throws(() => new SecretBox(randomBytes(32)).open(sealed, place), /unable to authenticate/);
  for (let i = 1; i < sealed.length; i++) {
    const altered = Buffer.from(sealed);
    altered[i] = (altered[i] as number) ^ 1;
    t.throws(() => box.open(altered, place), /unable to authenticate/, String(i));
  }
});

t.test('what was never sealed is refused before it is decrypted', async (t) => {
  for (const bytes of [Buffer.alloc(0), Buffer.of(1), Buffer.alloc(40, 2), sealedStart()])
    t.throws(() => box.open(bytes, place), /organisations\.sealed holds nothing sealed/);
  function sealedStart(): Buffer {
    return box.seal(Buffer.from('x'), place).subarray(0, 28);
  }
});

t.test('the same text is sealed to other bytes each time, and hashed to the same under one key', async (t) => {
  t.notSame(box.sealJson({ a: 1 }, place), box.sealJson({ a: 1 }, place));
  t.strictSame(box.openJson(box.sealJson({ a: 1 }, place), place), { a: 1 });
  t.strictSame(box.hash(['uscc', 'x']), box.hash(['uscc', 'x']));
  t.notSame(box.hash(['usc', 'cx']), box.hash(['uscc', 'x']));
  t.notSame(new SecretBox(randomBytes(32)).hash(['uscc', 'x']), box.hash(['uscc', 'x']));
});

t.test('a secret key of another length is none', async (t) => {
  t.throws(() => new SecretBox(randomBytes(16)), RangeError);
});
