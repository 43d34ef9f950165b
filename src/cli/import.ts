import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { request } from 'undici';
import { KapokError } from '../errors/kapok-error.ts';
import { refusal } from './call.ts';
import { ImportReport } from './import-report.ts';
import { headersOf, readTarget, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions {
  readonly format?: string;
  readonly keep?: true;
  readonly results?: string;
}

const TYPES: Record<string, string> = {
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
};

/** `kapok import FILE`: streams a file to a node, shows progress, and keeps a result for each row. */
export function importCommand(): Command {
  return withTarget(new Command('import'))
    .description('Register the identifiers of an NDJSON or CSV file ("-" is standard input).')
    .argument('<file>')
    .option('--format <format>', 'ndjson or csv; otherwise the name of the file tells')
    .option('--keep', 'leave identifiers that exist as they are: their rows fail')
    .option('--results <file>', 'write a result for each row to this file, as NDJSON')
    .action(async (file: string, options: Options) => {
      const target = readTarget(options);
      const { type, size } = await inspect(file, options.format);
      const report = new ImportReport({ resultsFile: options.results, size, terminal: process.stderr.isTTY === true });
      const body = Readable.from(counted(file === '-' ? process.stdin : createReadStream(file), report), {
        objectMode: false,
      });
      const answer = await request(`${target.url}/api/v1/imports${options.keep ? '?overwrite=false' : ''}`, {
        method: 'POST',
        headers: { ...headersOf(target), 'content-type': type },
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
      }).catch((cause: unknown) => {
        throw new KapokError('UPSTREAM_UNREACHABLE', { message: `The connection to ${target.url} broke off`, cause });
      });
      if (answer.statusCode !== 200) {
        throw refusal(answer.statusCode, (await answer.body.json()) as Record<string, unknown>);
      }
      await report.read(answer.body);
      if (!report.complete || report.failed > 0) process.exitCode = 1;
    });
}

/** The bytes as they are taken: a listener for "data" would let them flow before the connection stands. */
async function* counted(source: AsyncIterable<Buffer>, report: ImportReport): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    report.sent(chunk.length);
    yield chunk;
  }
}

async function inspect(file: string, format: string | undefined): Promise<{ type: string; size: number | null }> {
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
