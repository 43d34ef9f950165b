import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { readOpeningKey, recipientOf } from '../../../src/governance/escrow/recipient.ts';
import { open, seal } from '../../../src/governance/escrow/seal.ts';

const { privateKey } = generateKeyPairSync('x25519');
const recipient = recipientOf(privateKey);

async function* of(...pieces: Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** What is sealed, in its frames: the header, then each with its length. */
async function framesOf(plain: Buffer): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  for await (const frame of seal(of(plain), recipient)) frames.push(frame);
  return frames;
}

t.test('what is opened is what was sealed, however it comes in pieces', async (t) => {
  const sizes = fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 4 });
  const property = fc.asyncProperty(sizes, fc.integer({ min: 500, max: 100_000 }), async (sizes, width) => {
    const pieces = sizes.map((size, i) => Buffer.alloc(size, i + 1));
    const sealed = await collect(seal(of(...pieces), recipient));
    const cut = Array.from({ length: Math.ceil(sealed.length / width) }, (_, i) =>
      sealed.subarray(i * width, (i + 1) * width),
    );
    const opened = await collect(open(of(...cut), privateKey));
    return opened.equals(Buffer.concat(pieces));
  });
  await fc.assert(property, { numRuns: 10 });
  t.pass();
});

t.test('the same text is sealed with another key each time', async (t) => {
  const [one, other] = await Promise.all([
    collect(seal(of(Buffer.from('x')), recipient)),
    collect(seal(of(Buffer.from('x')), recipient)),
  ]);
  t.notOk(one.equals(other));
});

t.test('frames that are altered, left out, swapped, doubled or cut off at the end are refused', async (t) => {
  const [header, first, second, last] = (await framesOf(Buffer.alloc(150_000, 7))) as [Buffer, Buffer, Buffer, Buffer];
  const altered = Buffer.from(second);
  altered.writeUInt8(altered.readUInt8(100) ^ 1, 100);
  const cases: Record<string, Buffer[]> = {
    altered: [header, first, altered, last],
    'left out': [header, first, last],
    swapped: [header, second, first, last],
    doubled: [header, first, first, second, last],
    'the last one is missing': [header, first, second],
    'the last one is cut': [header, first, second, last.subarray(0, -1)],
    'another one after the last': [header, first, second, last, last],
    nothing: [],
    'the header alone': [header],
    'no header': [first, second, last],
  };
  await collect(open(of(header, first, second, last), privateKey));
  for (const [name, frames] of Object.entries(cases))
    await t.rejects(collect(open(of(...frames), privateKey)), { code: 'DEPOSIT_ALTERED' }, name);
});

t.test('another key is told from an altered text, and named', async (t) => {
  const { privateKey: other } = generateKeyPairSync('x25519');
  const [sealed] = [await collect(seal(of(Buffer.from('x')), recipient))];
  const error = {
    code: 'DEPOSIT_KEY',
    message: `It is sealed for ${recipient}; the key that was given opens what is sealed for ${recipientOf(other)}`,
  };
  await t.rejects(collect(open(of(sealed), other)), error);
});

t.test('a key of another kind, or none, is refused', async (t) => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  t.throws(() => readOpeningKey(pem), { code: 'DEPOSIT_KEY', message: /ed25519/ });
  t.throws(() => readOpeningKey('kapok'), { code: 'DEPOSIT_KEY' });
});
