import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KapokError } from '../../../errors/kapok-error.ts';
import { writeWhole } from './write-whole.ts';

/** The largest file that is taken: some 50 million rows. */
export const MAX_IMPORT_BYTES = 16 * 1024 * 1024 * 1024;
const PIECE = 256 * 1024;
const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(rows|results|part)$/;

/** The files of imports, in the data folder: what was sent, and what became of it. Nobody else on the machine may read them. */
export class Spool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a file: all of it is on the disk when this resolves, or nothing is left. Answers its bytes. */
  async receive(id: string, source: AsyncIterable<Buffer>): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const part = this.#path(id, 'part');
    try {
      const file = await open(part, 'wx', 0o600);
      const size = await writeAll(file, source).finally(() => file.close());
      await rename(part, this.#path(id, 'rows'));
      await syncFolder(this.#folder);
      return size;
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  /** The bytes of a file from an offset on. */
  read(id: string, offset: number): AsyncIterable<Buffer> {
    return createReadStream(this.#path(id, 'rows'), { start: offset, highWaterMark: PIECE });
  }

  openResults(id: string): Promise<FileHandle> {
    return open(this.#path(id, 'results'), 'a+', 0o600).then(async (file) => {
      await file.close();
      return open(this.#path(id, 'results'), 'r+');
    });
  }

  /** Null when this process does not share the folder of the one that took the import. */
  readResults(id: string): Promise<FileHandle | null> {
    return open(this.#path(id, 'results'), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** The imports whose files are here. */
  async ids(): Promise<string[]> {
    return (await this.#names()).flatMap((name) => (NAME.exec(name)?.[2] === 'rows' ? [name.slice(0, 36)] : []));
  }

  /** What was sent is of no use when the import has ended; what became of it is kept. */
  async removeRows(id: string): Promise<void> {
    await rm(this.#path(id, 'rows'), { force: true });
  }

  async remove(id: string): Promise<void> {
    for (const kind of ['rows', 'results', 'part'] as const) await rm(this.#path(id, kind), { force: true });
  }

  /** Imports whose files nobody has touched since a moment, also uploads that broke off. */
  async idsBefore(moment: Date): Promise<string[]> {
    const ids = new Set<string>();
    for (const name of await this.#names()) {
      const found = NAME.test(name) ? await stat(join(this.#folder, name)).catch(() => null) : null;
      if (found !== null && found.mtime < moment) ids.add(name.slice(0, 36));
    }
    return [...ids];
  }

  #names(): Promise<string[]> {
    return readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  #path(id: string, kind: 'rows' | 'results' | 'part'): string {
    return join(this.#folder, `${id}.${kind}`);
  }
}

async function writeAll(file: FileHandle, source: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > MAX_IMPORT_BYTES)
      throw new KapokError('BODY_TOO_LARGE', { message: `A file is over ${MAX_IMPORT_BYTES} bytes` });
    await writeWhole(file, piece);
  }
  await file.sync();
  return size;
}

/** A name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
