import t from 'tap';
import { encodeField } from '../../../src/database/copy.ts';
import {
  concat,
  EMPTY,
  escapeCopy,
  escapeJson,
  isBlank,
  isEscaped,
  readBytes,
  toBytes,
  toText,
  writeBytes,
} from '../../../src/registry/import/byte-text.ts';

const TEXTS = [
  '',
  'a',
  '木棉',
  '𠮷',
  'ÿ\u0080\u0085\u2028\uFEFF',
  '"',
  'back\\slash',
  'a\tb\nc\rd',
  '\u0000\u0001\u001f\u007f',
  '广州\\木棉\t"𠮷"',
];

t.test('bytes are what UTF-8 has, and come back as the text', async (t) => {
  for (const text of TEXTS) {
    const bytes = toBytes(text);
    t.equal(bytes.length, Buffer.byteLength(text));
    t.strictSame(writeBytes(bytes), Buffer.from(text));
    t.equal(toText(bytes), text);
    t.equal(readBytes(Buffer.from(text)), bytes);
    t.equal(concat(bytes, toBytes('中')), toBytes(`${text}中`));
  }
});

t.test('what is no UTF-8 is not read', async (t) => {
  for (const bytes of [
    [0xd6, 0xd0],
    [0xe4, 0xb8],
    [0x80],
    [0xed, 0xa0, 0x80],
    [0xc0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ]) {
    t.equal(readBytes(Buffer.from(bytes)), null, bytes.join(' '));
  }
});

t.test('bytes are escaped as texts are', async (t) => {
  for (const text of TEXTS) {
    const json = JSON.stringify(text);
    t.equal(toText(escapeJson(toBytes(text))), json.slice(1, -1));
    t.equal(isEscaped(toBytes(json)), json.includes('\\'));
    t.equal(toText(escapeCopy(toBytes(text))), encodeField(text));
  }
  t.ok(isEscaped(toBytes('a\tb')), 'a control, which JSON must not hold as it is');
});

t.test('white space is that of texts', async (t) => {
  for (const text of ['', ' ', '\r', '\u3000', '\uFEFF\t', 'x', ' x', '中', '\u007f', '\u0085']) {
    t.equal(isBlank(toBytes(text)), text.trim() === '', JSON.stringify(text));
  }
  t.ok(isBlank(EMPTY));
});
