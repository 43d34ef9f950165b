import { isUtf8 } from 'node:buffer';
import { encodeField } from '../../database/copy.ts';

declare const brand: unique symbol;

/**
 * UTF-8 that nobody has decoded: a string with one character a byte. The bytes that an import reads are nearly all bytes that
 * it writes; to decode and encode them took a third of its time where they held Chinese (`npm run bench -- bulk-import`). The
 * compiler keeps it apart from texts: neither is assignable to the other.
 */
export interface ByteText {
  readonly [brand]: true;
  readonly length: number;
  indexOf(part: Mark, from?: number): number;
  startsWith(part: ByteText | Mark, at?: number): boolean;
  endsWith(part: Mark): boolean;
  slice(start: number, end?: number): ByteText;
}

/** What structure is made of. It is ASCII, the same in bytes and texts, and never part of another character. */
type Mark = '"' | ',' | '\n' | '\r' | '\0';

export const EMPTY = '' as unknown as ByteText;
const NOT_ASCII = /[^\0-\x7f]/;
/** A backslash or a control: with neither, a text of JSON is what stands between two quotes. */
const ESCAPED = /[^ -[\]-\xff]/;
/** A quote as well: with none of them JSON and COPY take a text as it is. */
const TO_ESCAPE = /[^ !#-[\]-\xff]/;

/** The bytes of a piece of a file; null when they are not UTF-8. */
export function readBytes(bytes: Buffer): ByteText | null {
  return isUtf8(bytes) ? (bytes.toString('latin1') as unknown as ByteText) : null;
}

/** The bytes as they go out. */
export function writeBytes(bytes: ByteText): Buffer {
  return Buffer.from(bytes as unknown as string, 'latin1');
}

/** A text must be well formed: half a character has no bytes. */
export function toBytes(text: string): ByteText {
  return (NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text) as unknown as ByteText;
}

export function toText(bytes: ByteText): string {
  const text = bytes as unknown as string;
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString() : text;
}

export function concat(a: ByteText, b: ByteText): ByteText {
  return ((a as unknown as string) + (b as unknown as string)) as unknown as ByteText;
}

export function isEscaped(json: ByteText): boolean {
  return ESCAPED.test(json as unknown as string);
}

/** What JSON has between two quotes for these bytes: it escapes ASCII alone. */
export function escapeJson(bytes: ByteText): ByteText {
  if (!TO_ESCAPE.test(bytes as unknown as string)) return bytes;
  return JSON.stringify(bytes).slice(1, -1) as unknown as ByteText;
}

/** A field of COPY's text: it escapes ASCII alone, too. */
export function escapeCopy(bytes: ByteText): ByteText {
  return encodeField(bytes as unknown as string) as unknown as ByteText;
}

/** Whether there is nothing but white space. Most lines show at their first byte that there is more. */
export function isBlank(bytes: ByteText): boolean {
  const first = (bytes as unknown as string).charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && toText(bytes).trim() === '';
}
