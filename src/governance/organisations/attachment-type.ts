import { ATTACHMENT_TYPES, type AttachmentType, MAX_ATTACHMENT_BYTES } from '../../../proto/http/attachments.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { fileTypeOf } from '../../registry/files/file-type.ts';

const MAX_PICTURE_BYTES = 1024 * 1024;

const ENDINGS: Readonly<Record<string, AttachmentType>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
};

export interface AttachmentHints {
  /** The name of the file, when the sender gives it. */
  readonly name: string | undefined;
  /** The media type that the sender claims; null: none. */
  readonly claimed: string | null;
}

/**
 * What an attachment is, by its bytes. Throws UNSUPPORTED_MEDIA_TYPE when it is neither a picture nor a PDF, or another one than its
 * name or its sender says; BODY_TOO_LARGE when it is too large for what it is.
 */
export function attachmentTypeOf(bytes: Buffer, { name, claimed }: AttachmentHints): AttachmentType {
  const found = isBitmap(bytes) ? 'image/bmp' : fileTypeOf(bytes, { name: '', claimed: null });
  const type = ATTACHMENT_TYPES.find((one) => one === found);
  if (type === undefined) throw refused(`An attachment is a JPEG, PNG or BMP picture or a PDF, and this is ${found}`);
  const ending = name === undefined ? undefined : /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  if (name !== undefined && ENDINGS[ending ?? ''] !== type)
    throw refused(`The name of the file does not end as that of ${type}, which its bytes are`, 'name');
  if (claimed !== null && claimed !== 'application/octet-stream' && claimed !== type)
    throw refused(`The file is said to be ${claimed.slice(0, 64)}, and its bytes are ${type}`);
  const most = type === 'application/pdf' ? MAX_ATTACHMENT_BYTES : MAX_PICTURE_BYTES;
  if (bytes.length > most) throw new KapokError('BODY_TOO_LARGE', { message: `${type} is over ${most} bytes` });
  return type;
}

/** Two letters are no mark to know a format by: its header must say how long the file is, and have one of the lengths in use. */
function isBitmap(bytes: Buffer): boolean {
  if (bytes.length < 26 || bytes.toString('latin1', 0, 2) !== 'BM' || bytes.readUInt32LE(2) !== bytes.length)
    return false;
  return [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14));
}

function refused(message: string, at = 'Content-Type'): KapokError {
  return new KapokError('UNSUPPORTED_MEDIA_TYPE', { message, at });
}
