import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ProblemError } from '../../proto/http/client/problem-error.ts';
import type { ImportJob } from '../../proto/http/imports.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { createLazyClient } from './lazy-client.ts';
import type { Target } from './target.ts';

type ImportType = 'application/x-ndjson' | 'text/csv';

const TYPES: Record<string, ImportType> = {
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
};

export interface Upload {
  /** "-" is standard input. */
  readonly file: string;
  readonly format: string | undefined;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly onSent: (bytes: number, size: number | null) => void;
}

/** Sends a file to a node, which keeps it; answers the job that imports it. */
export async function uploadFile(target: Target, upload: Upload): Promise<ImportJob> {
  const { file, overwrite, dryRun } = upload;
  const { type, size } = await inspect(upload);
  const source = file === '-' ? process.stdin : createReadStream(file);
  const pieces = counted(source, (bytes) => upload.onSent(bytes, size));
  const body = Readable.toWeb(Readable.from(pieces, { objectMode: false })) as ReadableStream<Uint8Array>;
  const query = { overwrite, dryRun };
  return createLazyClient(target)
    .importIdentifiers({ query, upload: body, type })
    .catch((cause: unknown) => {
      if (!(cause instanceof ProblemError) || cause.status !== 0) throw cause;
      const message = `The connection to ${target.url} broke off before the file was there: nothing is imported`;
      throw new KapokError('UPSTREAM_UNREACHABLE', { message, cause });
    });
}

/** The bytes as they are taken: a listener for "data" would let them flow before the connection stands. */
async function* counted(source: AsyncIterable<Buffer>, onSent: (bytes: number) => void): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const piece of source) {
    sent += piece.length;
    onSent(sent);
    yield piece;
  }
}

async function inspect({ file, format }: Upload): Promise<{ type: ImportType; size: number | null }> {
  const type = TYPES[(format ?? file.split('.').at(-1) ?? '').toLowerCase()];
  if (type === undefined) {
    throw new KapokError('BAD_REQUEST', {
      message: 'The format is not clear from the name: give --format ndjson or --format csv',
    });
  }
  if (file === '-') return { type, size: null };
  const found = await stat(file).catch((cause: unknown) => {
    throw new KapokError('BAD_REQUEST', { message: `${file} cannot be read`, cause });
  });
  return { type, size: found.size };
}
