import { type FileHandle, open } from 'node:fs/promises';

/** PostgreSQL's own rotation needs its collector process; for a server that logs no statements a cut at start is enough. */
const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;

/** Opens the server's log for appending; a log that has grown too long starts anew. */
export async function openServerLog(path: string): Promise<FileHandle> {
  const file = await open(path, 'a', 0o600);
  await file.chmod(0o600);
  if ((await file.stat()).size > MAX_BYTES) await file.truncate(0);
  return file;
}

/** The last lines that the server wrote after the given position. */
export async function readLogTail(path: string, since: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(since, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(size - start, 0));
    await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trim();
  } finally {
    await file.close();
  }
}
