import { createHash } from 'node:crypto';

export function hashOfBytes(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The text by which a value names a file. */
export function fileText(sha256: Buffer): string {
  return `sha256:${sha256.toString('hex')}`;
}

/** The hash that the text of a file item names. */
export function hashOfText(text: string): Buffer {
  return Buffer.from(text.slice('sha256:'.length), 'hex');
}
