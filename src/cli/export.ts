import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { request } from 'undici';
import { KapokError } from '../errors/kapok-error.ts';
import { refusal } from './call.ts';
import { type NarrowingOptions, narrowing, withNarrowing } from './query.ts';
import { headersOf, readTarget } from './target.ts';

interface Options extends NarrowingOptions {
  readonly columns?: string;
  readonly output?: string;
}

/** `kapok export PREFIX`: the records of a prefix as NDJSON or CSV that `kapok import` reads. A file appears only when it is whole. */
export function exportCommand(): Command {
  return withNarrowing(new Command('export'))
    .description('Write the records of a prefix as NDJSON, or as CSV with --columns.')
    .option('--columns <list>', 'the columns of a CSV file, such as 1:URL,NAME')
    .option('--output <file>', 'write to this file; otherwise to standard output')
    .action(async (prefix: string, options: Options) => {
      const target = readTarget(options);
      const asked = narrowing(prefix, options);
      if (options.columns !== undefined) {
        asked.set('format', 'csv');
        asked.set('columns', options.columns);
      }
      const { statusCode, body } = await request(`${target.url}/api/v1/export?${asked}`, {
        headers: headersOf(target),
        bodyTimeout: 0,
      }).catch((cause: unknown) => {
        throw new KapokError('UPSTREAM_UNREACHABLE', { message: `Node ${target.url} cannot be reached`, cause });
      });
      if (statusCode !== 200) {
        throw refusal(statusCode, (await body.json().catch(() => ({}))) as Record<string, unknown>);
      }
      await (options.output === undefined ? pipeline(body, process.stdout) : writeWhole(body, options.output)).catch(
        (cause: unknown) => {
          throw new KapokError('UPSTREAM_UNREACHABLE', { message: 'The export broke off before its end', cause });
        },
      );
    });
}

async function writeWhole(body: NodeJS.ReadableStream, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(body, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
