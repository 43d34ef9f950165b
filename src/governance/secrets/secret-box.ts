import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** The column that a ciphertext is made for: in another one it does not open. */
export interface SealedPlace {
  readonly table: string;
  /** The key of the row. */
  readonly row: string;
  readonly field: string;
}

export const SECRET_KEY_BYTES = 32;
/** The first byte of a ciphertext: which way of sealing it is. */
const FORM = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what must not be read in the database or its backups: AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D §8.2.2:
 * good for 2^32 texts), and the place as additional data. Each use has a key of its own, derived from the secret key.
 */
export class SecretBox {
  readonly #sealing: Buffer;
  readonly #lookup: Buffer;
  /** What the database keeps, to tell another key by. It says nothing about the key. */
  readonly check: Buffer;

  constructor(secretKey: Buffer) {
    if (secretKey.length !== SECRET_KEY_BYTES) throw new RangeError(`A secret key has ${SECRET_KEY_BYTES} bytes`);
    this.#sealing = derive(secretKey, 'kapok seal 1');
    this.#lookup = derive(secretKey, 'kapok lookup 1');
    this.check = derive(secretKey, 'kapok check 1');
  }

  seal(plain: Buffer, place: SealedPlace): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additional(place));
    return Buffer.concat([Buffer.of(FORM), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when it was sealed for another place, with another key, or altered. */
  open(sealed: Buffer, place: SealedPlace): Buffer {
    const start = 1 + NONCE_BYTES;
    const end = sealed.length - TAG_BYTES;
    if (sealed[0] !== FORM || end < start) throw new Error(`${place.table}.${place.field} holds nothing sealed`);
    const nonce = sealed.subarray(1, start);
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additional(place)).setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(start, end)), decipher.final()]);
  }

  sealJson(plain: unknown, place: SealedPlace): Buffer {
    return this.seal(Buffer.from(JSON.stringify(plain)), place);
  }

  openJson(sealed: Buffer, place: SealedPlace): unknown {
    return JSON.parse(this.open(sealed, place).toString('utf8'));
  }

  /**
   * A hash by which equal texts are found. It is keyed: the numbers of documents are so few that a plain hash of one is found by
   * trying them all.
   */
  hash(parts: readonly string[]): Buffer {
    return createHmac('sha256', this.#lookup).update(JSON.stringify(parts)).digest();
  }
}

function additional({ table, row, field }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([table, row, field]));
}

function derive(secretKey: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', use, 32));
}
