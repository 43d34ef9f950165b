import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import { KapokError } from '../errors/kapok-error.ts';

/** What an export is held to: `--key`, as often as the node has had keys. */
export function withKeys(command: Command): Command {
  return command.option(
    '--key <key>',
    'the public key of the node (base64url), or node:THUMBPRINT; once more for each that it had before',
    (key: string, keys: readonly string[] = []) => [...keys, key],
  );
}

/** Writes an export to a file, which appears only when it is whole and on the disk. */
export async function writeExport(
  client: Client,
  file: string,
  query: { after?: string | undefined } = {},
): Promise<void> {
  const body = Readable.fromWeb((await client.exportAudit({ query })) as never);
  const part = `${file}.part`;
  try {
    await pipeline(body, createWriteStream(part, { mode: 0o600, flush: true }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    brokenOff(error);
  }
}

export function brokenOff(cause: unknown): never {
  throw new KapokError('UPSTREAM_UNREACHABLE', { message: 'The export broke off before its end', cause });
}

/** The lines of a file. Throws BAD_REQUEST when it cannot be read. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw new KapokError('BAD_REQUEST', { message: `${file} cannot be read`, at: 'file', cause });
  } finally {
    stream.destroy();
  }
}
