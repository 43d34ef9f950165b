import type { Queryable } from '../../../database/database.ts';
import { KapokError } from '../../../errors/kapok-error.ts';
import { heldBytes } from './jobs.ts';

/**
 * Bytes that one credential may have on the disk: files that come in, wait or are imported, and results. Eight of the largest
 * files can wait, or the results of a week of 1,000 million rows be kept, and nobody fills the disk that all share.
 */
export const MAX_HELD_BYTES = 8 * 16 * 1024 * 1024 * 1024;
/** So many bytes of an upload come between two looks into the table of jobs. */
const LOOK_AFTER = 64 * 1024 * 1024;

interface Upload {
  readonly actor: string;
  bytes: number;
}

/** Sees to it that no credential leaves more than its share in the spool. */
export class Held {
  readonly #database: Queryable;
  readonly #limit: number;
  readonly #uploads = new Set<Upload>();
  /** How many uploads are over: what they have left is in the table of jobs since. */
  #ended = 0;

  constructor(database: Queryable, limit: number) {
    this.#database = database;
    this.#limit = limit;
  }

  /** Runs `take` with a source that ends with BODY_TOO_LARGE where the share does. What comes in counts until `take` is over. */
  async within<T>(
    actor: string,
    source: AsyncIterable<Buffer>,
    take: (source: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const upload = { actor, bytes: 0 };
    this.#uploads.add(upload);
    try {
      return await take(this.#metered(upload, source));
    } finally {
      this.#uploads.delete(upload);
      this.#ended++;
    }
  }

  async *#metered(upload: Upload, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let held = 0;
    let look = 0;
    let seen = this.#ended;
    for await (const piece of source) {
      upload.bytes += piece.length;
      // One that ends meanwhile is neither in the answer nor among those that come in.
      while (upload.bytes > look || seen !== this.#ended) {
        look = upload.bytes + LOOK_AFTER;
        seen = this.#ended;
        held = await heldBytes(this.#database, upload.actor);
      }
      if (held + this.#arriving(upload.actor) > this.#limit) throw tooMuch(this.#limit);
      yield piece;
    }
  }

  #arriving(actor: string): number {
    let bytes = 0;
    for (const upload of this.#uploads) if (upload.actor === actor) bytes += upload.bytes;
    return bytes;
  }
}

function tooMuch(limit: number): KapokError {
  const message = `With this file the imports of this credential that wait, are under way or keep results would be over ${limit} bytes; send it when some have ended, or their results are seven days old`;
  return new KapokError('BODY_TOO_LARGE', { message });
}
