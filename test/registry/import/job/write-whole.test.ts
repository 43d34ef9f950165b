import t from 'tap';
import { type WritableFile, writeWhole } from '../../../../src/registry/import/job/write-whole.ts';

/** A file on a disk that takes some bytes at a time. */
class SlowFile implements WritableFile {
  readonly content = Buffer.alloc(20, '.');
  #end = 0;
  readonly #takes: number;

  constructor(takes: number) {
    this.#takes = takes;
  }

  async write(bytes: Buffer, offset: number, length: number, position: number | null) {
    const at = position ?? this.#end;
    const bytesWritten = bytes.copy(this.content, at, offset, offset + Math.min(length, this.#takes));
    this.#end = at + bytesWritten;
    return { bytesWritten };
  }
}

t.test('what a disk takes piece by piece is written whole, at the end and at a position', async (t) => {
  const file = new SlowFile(3);
  await writeWhole(file, Buffer.from('0123456789'));
  await writeWhole(file, Buffer.from('abcdefg'));
  t.equal(file.content.toString(), '0123456789abcdefg...');
  await writeWhole(file, Buffer.from('WXYZ'), 8);
  t.equal(file.content.toString(), '01234567WXYZcdefg...');
});

t.test('a disk that takes nothing is a failure, not a file with a hole', async (t) => {
  await t.rejects(writeWhole(new SlowFile(0), Buffer.from('x')), /takes no more/);
});
