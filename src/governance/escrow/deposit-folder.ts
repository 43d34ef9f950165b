import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Database } from '../../database/database.ts';
import { type DepositFile, fileNameOf, readDeposit } from './deposit-file.ts';
import { type DepositOrder, writeDeposit } from './write-deposit.ts';

/** Makes a deposit into a folder: the file has its name only when it is whole and on the disk. */
export function writeDepositFile(
  database: Database,
  { folder, order }: { folder: string; order: DepositOrder },
): Promise<DepositFile> {
  return keepDeposit(folder, (write) => writeDeposit(database, order, write));
}

/** The same for a deposit that comes from elsewhere: its name is made of the manifest that it ends with. */
export async function keepDeposit(
  folder: string,
  fill: (write: (piece: Buffer) => Promise<void>) => Promise<unknown>,
): Promise<DepositFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = join(folder, `.deposit-${process.pid}-${Date.now()}.part`);
  try {
    const stream = createWriteStream(part, { mode: 0o600, flags: 'wx' });
    const done = finished(stream);
    done.catch(() => {});
    await fill(async (piece) => {
      if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), done]);
    });
    stream.end();
    await done;
    await flush(part);
    const { manifest } = await readDeposit(part);
    const path = join(folder, fileNameOf(manifest));
    await rename(part, path);
    return { path, manifest };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path);
  await file.sync().finally(() => file.close());
}
