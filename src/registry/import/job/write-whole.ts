/** What is needed of a FileHandle. */
export interface WritableFile {
  write(bytes: Buffer, offset: number, length: number, position: number | null): Promise<{ bytesWritten: number }>;
}

/** Writes all bytes, at a position or at the end: one write may take fewer, as when the disk is almost full. */
export async function writeWhole(file: WritableFile, bytes: Buffer, position: number | null = null): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position === null ? null : position + at);
    // Not to be told from a disk that never takes the rest.
    if (bytesWritten === 0) throw new Error('The file takes no more bytes');
    at += bytesWritten;
  }
}
