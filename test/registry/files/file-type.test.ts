import t from 'tap';
import { fileTypeOf } from '../../../src/registry/files/file-type.ts';

const typeOf = (
  bytes: Buffer | string,
  { name = 'a', claimed = null }: { name?: string; claimed?: string | null } = {},
) => fileTypeOf(Buffer.from(bytes as string), { name, claimed });
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');

t.test('a type is found in the bytes, whatever the sender says', async (t) => {
  const octets = 'application/octet-stream';
  const cases: [Buffer | string, string][] = [
    [PNG, 'image/png'],
    [JPEG, 'image/jpeg'],
    ['%PDF-1.7\n', 'application/pdf'],
    [Buffer.from('PK\x03\x04..', 'latin1'), 'application/zip'],
    ['{"a": [1, 2]}', 'application/json'],
    ['  [1]\n', 'application/json'],
    ['{"a": ', 'text/plain'],
    ['12', 'text/plain'],
    ['合格证\t第一号\r\n', 'text/plain'],
    ['<html><script>alert(1)</script>', 'text/plain'],
    [Buffer.from([0xb9, 0xe3, 0xd6, 0xdd]), octets],
    ['a\u0000b', octets],
    [PNG.subarray(0, 7), octets],
    [Buffer.from('GIF89a', 'latin1'), 'text/plain'],
  ];
  for (const [bytes, type] of cases) t.equal(typeOf(bytes, { name: 'x.exe', claimed: 'text/html' }), type);
});

t.test('between texts the name and the sender decide', async (t) => {
  t.equal(typeOf('a,b\n1,2\n', { name: 'parts.CSV' }), 'text/csv');
  t.equal(typeOf('a,b\n1,2\n', { claimed: 'text/csv' }), 'text/csv');
  t.equal(typeOf('a,b\n1,2\n'), 'text/plain');
  t.equal(typeOf(PNG, { name: 'parts.csv', claimed: 'text/csv' }), 'image/png');
  const long = '['.repeat(2_000_000);
  t.equal(typeOf(long, { name: 'deep.json' }), 'application/json', 'too long to be parsed');
  t.equal(typeOf(long), 'text/plain');
});

t.test('what is said to be a picture or a PDF is one', async (t) => {
  for (const claimed of ['image/png', 'image/jpeg', 'image/svg+xml', 'image/gif', 'application/pdf'])
    t.throws(() => typeOf('<svg/>', { claimed }), { code: 'UNSUPPORTED_MEDIA_TYPE', at: 'Content-Type' }, claimed);
  t.throws(() => typeOf(JPEG, { claimed: 'image/png' }), {
    message: /said to be image\/png, and its bytes are image\/jpeg/,
  });
  t.equal(typeOf(PNG, { claimed: 'image/png' }), 'image/png');
});
