import t from 'tap';
import { attachmentTypeOf } from '../../../src/governance/organisations/attachment-type.ts';
import { PICTURE } from '../../support/organisation.ts';

const MIB = 1024 * 1024;
const of = (bytes: Buffer, name?: string, claimed: string | null = null) => attachmentTypeOf(bytes, { name, claimed });
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const pdf = Buffer.from('%PDF-1.7\n');

/** A bitmap of so many bytes, which its header states. */
function bitmap(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write('BM');
  bytes.writeUInt32LE(size, 2);
  bytes.writeUInt32LE(40, 14);
  return bytes;
}

t.test('an attachment is what its bytes are', async (t) => {
  t.equal(of(PICTURE, 'licence.PNG', 'image/png'), 'image/png');
  t.equal(of(jpeg, '执照.jpeg'), 'image/jpeg');
  t.equal(of(jpeg, '执照.jpg', 'application/octet-stream'), 'image/jpeg');
  t.equal(of(bitmap(58), 'a.bmp', 'image/bmp'), 'image/bmp');
  t.equal(of(pdf, 'a.b.pdf', 'application/pdf'), 'application/pdf');
});

t.test('bytes that are not what the name or the sender says are refused', async (t) => {
  const refused = (at: string) => ({ code: 'UNSUPPORTED_MEDIA_TYPE', at });
  t.throws(() => of(PICTURE, 'licence.jpg'), refused('name'));
  t.throws(() => of(pdf, 'licence'), refused('name'));
  t.throws(() => of(pdf, 'licence.pdf.exe'), refused('name'));
  t.throws(() => of(PICTURE, 'licence.png', 'image/jpeg'), refused('Content-Type'));
});

t.test('what is no picture and no PDF is refused, whatever it is called', async (t) => {
  const lying = bitmap(58);
  lying.writeUInt32LE(57, 2);
  for (const bytes of [
    Buffer.from('BMW, a text'),
    Buffer.from('<svg/>'),
    Buffer.from('PK\x03\x04'),
    lying,
    Buffer.of(0),
  ])
    t.throws(() => of(bytes, 'a.png'), {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: /JPEG, PNG or BMP picture or a PDF/,
    });
});

t.test('a picture has at most 1 MiB, a PDF 5', async (t) => {
  const padded = (start: Buffer, size: number) => Buffer.concat([start, Buffer.alloc(size - start.length)]);
  for (const [start, most] of [
    [PICTURE, MIB],
    [jpeg, MIB],
    [pdf, 5 * MIB],
  ] as const) {
    t.ok(of(padded(start, most)));
    t.throws(() => of(padded(start, most + 1)), { code: 'BODY_TOO_LARGE' });
  }
  t.equal(of(bitmap(MIB)), 'image/bmp');
  t.throws(() => of(bitmap(MIB + 1)), { code: 'BODY_TOO_LARGE' });
});
