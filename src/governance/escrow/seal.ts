import {
  createCipheriv,
  createDecipheriv,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { KapokError } from '../../errors/kapok-error.ts';
import { importRecipient, isRecipient, type Recipient, recipientOf } from './recipient.ts';

/** Bytes of a frame before it is sealed: nothing longer is ever held. */
const FRAME = 65_536;
const TAG = 16;
const INFO = 'kapok deposit 1';
const HEADER = 'kapok-sealed 1';

/**
 * Seals a stream for one recipient: a line that says for whom, then frames, each with its length before it. The key comes from an
 * X25519 agreement with a key made for this stream alone (HKDF-SHA-256, RFC 5869), so it is never used twice, and the number of
 * a frame can be its nonce. The last frame is sealed as the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway
 * and Vizár), so that frames can neither be left out, swapped nor cut off at the end.
 */
export async function* seal(pieces: AsyncIterable<Buffer>, recipient: Recipient): AsyncGenerator<Buffer> {
  const own = generateKeyPairSync('x25519');
  const key = agree(own.privateKey, {
    theirs: importRecipient(recipient),
    ephemeral: recipientOf(own.publicKey),
    recipient,
  });
  yield Buffer.from(`${HEADER} ${recipient} ${recipientOf(own.publicKey)}\n`);
  let number = 0;
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size <= FRAME) continue;
    const all = Buffer.concat(held);
    // One frame's worth stays here: only at the end is it known which frame is the last.
    let at = 0;
    for (; all.length - at > FRAME; at += FRAME)
      yield sealFrame(all.subarray(at, at + FRAME), { key, number: number++, isLast: false });
    held = [all.subarray(at)];
    size = all.length - at;
  }
  yield sealFrame(Buffer.concat(held), { key, number, isLast: true });
}

/** What was sealed. Throws DEPOSIT_KEY when it was for another key, DEPOSIT_ALTERED when it is not what was sealed. */
export async function* open(pieces: AsyncIterable<Buffer>, key: KeyObject): AsyncGenerator<Buffer> {
  const reader = createReader(pieces);
  const shared = agreeAsRecipient(await reader.line(), key);
  for (let number = 0; ; number++) {
    const length = await reader.take(4);
    const bytes = length?.readUInt32BE(0) ?? 0;
    if (length === null || bytes < TAG || bytes > FRAME + TAG) throw altered();
    const sealed = await reader.take(bytes);
    if (sealed === null) throw altered();
    const isLast = await reader.isAtEnd();
    yield openFrame(sealed, { key: shared, number, isLast });
    if (isLast) return;
  }
}

interface Frame {
  readonly key: Buffer;
  readonly number: number;
  readonly isLast: boolean;
}

function sealFrame(plain: Buffer, frame: Frame): Buffer {
  const cipher = createCipheriv('aes-256-gcm', frame.key, nonceOf(frame));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

function openFrame(sealed: Buffer, frame: Frame): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', frame.key, nonceOf(frame));
  decipher.setAuthTag(sealed.subarray(-TAG));
  const plain = decipher.update(sealed.subarray(0, -TAG));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch (cause) {
    throw altered(cause);
  }
}

function nonceOf({ number, isLast }: Frame): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 3);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

interface Agreement {
  readonly theirs: KeyObject;
  readonly ephemeral: Recipient;
  readonly recipient: Recipient;
}

/** Both public keys are part of what the key is made of: the header cannot be another one's. */
function agree(own: KeyObject, { theirs, ephemeral, recipient }: Agreement): Buffer {
  const secret = diffieHellman({ privateKey: own, publicKey: theirs });
  return Buffer.from(hkdfSync('sha256', secret, `${ephemeral} ${recipient}`, INFO, 32));
}

function agreeAsRecipient(header: string | null, key: KeyObject): Buffer {
  const [name, version, recipient, ephemeral] = header?.split(' ') ?? [];
  if (`${name} ${version}` !== HEADER || !isRecipient(recipient) || !isRecipient(ephemeral)) throw altered();
  const own = recipientOf(key);
  if (own !== recipient) {
    const message = `It is sealed for ${recipient}; the key that was given opens what is sealed for ${own}`;
    throw new KapokError('DEPOSIT_KEY', { message });
  }
  return agree(key, { theirs: importRecipient(ephemeral), ephemeral, recipient });
}

function altered(cause?: unknown): KapokError {
  return new KapokError('DEPOSIT_ALTERED', { message: 'What is sealed was altered or cut off', cause });
}

/** No header is longer. */
const MAX_HEADER = 200;

function createReader(pieces: AsyncIterable<Buffer>) {
  const source = pieces[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { done, value } = await source.next();
    if (!done) held = held.length === 0 ? value : Buffer.concat([held, value]);
    return !done;
  };
  const cut = (bytes: number) => {
    const piece = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return piece;
  };
  return {
    /** Exactly so many bytes; null when there are fewer. */
    async take(bytes: number): Promise<Buffer | null> {
      while (held.length < bytes) if (!(await more())) return null;
      return cut(bytes);
    },
    async line(): Promise<string | null> {
      while (!held.includes(0x0a)) if (held.length > MAX_HEADER || !(await more())) return null;
      return cut(held.indexOf(0x0a) + 1)
        .toString('utf8')
        .trimEnd();
    },
    async isAtEnd(): Promise<boolean> {
      while (held.length === 0) if (!(await more())) return true;
      return false;
    },
  };
}
