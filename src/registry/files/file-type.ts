import { isUtf8 } from 'node:buffer';
import type { FileType } from '../../../proto/http/files.ts';
import { KapokError } from '../../errors/kapok-error.ts';

/** How the formats begin that say so. */
const STARTS: readonly (readonly [type: FileType, start: Buffer])[] = [
  ['image/png', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ff', 'hex')],
  ['application/pdf', Buffer.from('%PDF-')],
  ['application/zip', Buffer.from('PK\x03\x04', 'latin1')],
  ['application/zip', Buffer.from('PK\x05\x06', 'latin1')],
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no text holds.
const NO_TEXT = /[\x00-\x08\x0b\x0e-\x1f\x7f]/;

export interface FileHints {
  readonly name: string;
  /** The media type that the sender claims; null: none. */
  readonly claimed: string | null;
}

/**
 * What bytes are, by the bytes: browsers are told this and nothing else. Only between texts, which all look alike, the sender's
 * word and the name decide. Throws UNSUPPORTED_MEDIA_TYPE where a picture or a PDF is claimed and the bytes are none.
 */
export function fileTypeOf(bytes: Buffer, { name, claimed }: FileHints): FileType {
  const found = STARTS.find(([, start]) => bytes.subarray(0, start.length).equals(start))?.[0];
  const type =
    found ?? (isText(bytes) ? textTypeOf(bytes.toString('utf8'), { name, claimed }) : 'application/octet-stream');
  const checked = claimed !== null && (claimed.startsWith('image/') || claimed === 'application/pdf');
  if (checked && claimed !== type) {
    const message = `The file is said to be ${claimed.slice(0, 64)}, and its bytes are ${type}`;
    throw new KapokError('UNSUPPORTED_MEDIA_TYPE', { message, at: 'Content-Type' });
  }
  return type;
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !NO_TEXT.test(bytes.toString('latin1'));
}

/** Longer texts are not parsed, which could take a hundred times their room: the sender is believed. */
const MAX_PARSED = 1024 * 1024;

function textTypeOf(text: string, { name, claimed }: FileHints): FileType {
  const said = claimed === 'application/json' || /\.json$/i.test(name);
  if (text.length <= MAX_PARSED ? isJson(text) : said) return 'application/json';
  return claimed === 'text/csv' || /\.csv$/i.test(name) ? 'text/csv' : 'text/plain';
}

/** A text such as `12` is JSON too, and meant as a text. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
