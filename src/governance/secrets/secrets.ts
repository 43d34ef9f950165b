import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { readKeyFile, removeKeyFile, writeKeyFile } from './key-file.ts';
import { SECRET_KEY_BYTES, SecretBox } from './secret-box.ts';

export interface SecretsOptions {
  readonly database: Queryable;
  /** The key of KAPOK_SECRET_KEY; null: that of the file. */
  readonly configured: Buffer | null;
  /** Where a key is kept that the node makes itself. */
  readonly file: string;
}

/**
 * The secret key of a node. It is set, or made when something is first to be sealed; the database keeps a check of it, so that no
 * two processes seal with different keys. A process without the key resolves and registers all the same: only what is sealed is
 * out of its reach.
 */
export class Secrets {
  readonly #options: SecretsOptions;
  #box: SecretBox | null = null;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** The key itself, for a deposit; null when this process has none. */
  findKey(): Promise<Buffer | null> {
    const { configured, file } = this.#options;
    return configured === null ? readKeyFile(file) : Promise.resolve(configured);
  }

  /** At the start of a process: whether it has the key, or needs none yet. Throws INVALID_SETTING for another key. */
  async start(): Promise<boolean> {
    const box = await this.#findBox();
    const check = box === null ? await this.#readCheck() : await this.#claim(box);
    if (box === null) return check === null;
    if (!check?.equals(box.check)) throw this.#wrongKey();
    this.#box = box;
    return true;
  }

  /** Throws SECRET_KEY_MISSING when another process made the key and this one has not got it. */
  async box(): Promise<SecretBox> {
    this.#box ??= await this.#open();
    return this.#box;
  }

  async #open(): Promise<SecretBox> {
    const found = (await this.#findBox()) ?? (await this.#make()) ?? (await this.#findBox());
    if (found !== null && (await this.#claim(found))?.equals(found.check)) return found;
    throw new KapokError('SECRET_KEY_MISSING');
  }

  async #findBox(): Promise<SecretBox | null> {
    const key = await this.findKey();
    return key === null ? null : new SecretBox(key);
  }

  /** A key is on the disk before anything is sealed with it. Null when another process made one meanwhile, perhaps in this folder. */
  async #make(): Promise<SecretBox | null> {
    if ((await this.#readCheck()) !== null) return null;
    const key = randomBytes(SECRET_KEY_BYTES);
    if (!(await writeKeyFile(this.#options.file, key))) return null;
    const box = new SecretBox(key);
    if ((await this.#claim(box))?.equals(box.check)) return box;
    await removeKeyFile(this.#options.file);
    return null;
  }

  /** The check that the database keeps: that of this key where there was none. */
  async #claim(box: SecretBox): Promise<Buffer | null> {
    const { database } = this.#options;
    await database.query('update node set secret_check = $1 where secret_check is null', [box.check]);
    return this.#readCheck();
  }

  async #readCheck(): Promise<Buffer | null> {
    const text = 'select secret_check from node';
    const [row] = await this.#options.database.query<{ secret_check: Buffer | null }>(text);
    return row?.secret_check ?? null;
  }

  #wrongKey(): KapokError {
    const { configured, file } = this.#options;
    const at = configured === null ? file : 'KAPOK_SECRET_KEY';
    const message = `${at}: this is not the key with which the personal data in the database is encrypted`;
    return new KapokError('INVALID_SETTING', { message, at });
  }
}
