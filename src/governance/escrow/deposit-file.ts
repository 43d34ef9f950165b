import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/**
 * A deposit is one file: the sealed data, then the manifest, its signature, the length of the manifest, and a mark. What
 * cannot be known before all data is written stands behind it, so that a deposit can be sent as it is made.
 */
const MARK = Buffer.from('KAPOKDEP');
const SIGNATURE = 64;
const TAIL = SIGNATURE + 4 + MARK.length;
const MAX_MANIFEST = 4 * 1024 * 1024;
const ENDING = '.deposit';

export function encodeTrailer({ text, signature }: { text: Buffer; signature: Buffer }): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([text, signature, length, MARK]);
}

/** A deposit in a folder, by its signed manifest; whether its data is as the manifest says is not known yet. */
export interface DepositFile {
  readonly path: string;
  readonly manifest: Manifest;
}

/** `88.101_20261124T214638Z_full_1f0c….deposit`: the files of a node sort by their moment. */
export function fileNameOf({ name, madeAt, kind, id }: Manifest): string {
  const moment = madeAt.replace(/\.\d+|[-:]/g, '');
  return `${name.replace(/[^A-Za-z0-9.-]/g, '_')}_${moment}_${kind}_${id.slice(0, 8)}${ENDING}`;
}

/** The deposits of a folder, in the order of their names. Throws DEPOSIT_ALTERED for one that is none. */
export async function listDeposits(folder: string): Promise<DepositFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new KapokError('DEPOSIT_GAP', { message: `The folder ${folder} cannot be read`, cause });
  });
  const deposits: DepositFile[] = [];
  for (const name of names.filter((name) => name.endsWith(ENDING)).sort())
    deposits.push(await readDeposit(join(folder, name)));
  return deposits;
}

export async function readDeposit(path: string): Promise<DepositFile> {
  const file = await open(path);
  try {
    return { path, manifest: await readManifest(file) };
  } catch (error) {
    throw ofFile(path, error);
  } finally {
    await file.close();
  }
}

async function readManifest(file: FileHandle): Promise<Manifest> {
  const { size } = await file.stat();
  const tail = await readAt(file, { at: size - TAIL, length: TAIL });
  const length = tail?.readUInt32BE(SIGNATURE) ?? 0;
  if (tail === null || !tail.subarray(-MARK.length).equals(MARK) || length > MAX_MANIFEST)
    throw new KapokError('DEPOSIT_ALTERED', { message: 'It was cut off, or is no deposit: its manifest is missing' });
  const text = await readAt(file, { at: size - TAIL - length, length });
  const manifest = parseManifest(text ?? Buffer.alloc(0), tail.subarray(0, SIGNATURE));
  if (manifest.bytes === size - TAIL - length) return manifest;
  throw new KapokError('DEPOSIT_ALTERED', { message: 'Its data is longer or shorter than its manifest says' });
}

async function readAt(file: FileHandle, { at, length }: { at: number; length: number }): Promise<Buffer | null> {
  if (at < 0) return null;
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytesRead === length ? bytes : null;
}

/** The sealed data of a deposit. */
export function readData({ path, manifest }: DepositFile): AsyncIterable<Buffer> {
  return manifest.bytes === 0 ? noData() : createReadStream(path, { end: manifest.bytes - 1 });
}

async function* noData(): AsyncGenerator<Buffer> {}

/** Throws DEPOSIT_ALTERED when the data is not what the manifest says. */
export async function assertWhole(deposit: DepositFile): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of readData(deposit)) hash.update(piece);
  if (hash.digest('hex') === deposit.manifest.sha256) return;
  throw ofFile(
    deposit.path,
    new KapokError('DEPOSIT_ALTERED', { message: 'Its data is not what its node has signed' }),
  );
}

/** The same failure, naming the file. */
export function ofFile(path: string, error: unknown): unknown {
  if (!(error instanceof KapokError)) return error;
  return new KapokError(error.code, { message: `${path}: ${error.message}`, cause: error });
}
