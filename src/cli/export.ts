import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';
import { type NarrowingOptions, narrowing, withNarrowing } from './query.ts';
import { createTargetClient } from './target.ts';
import { writeWhole } from './write-whole.ts';

interface Options extends NarrowingOptions {
  readonly json?: true;
  readonly columns?: string;
  readonly output?: string;
}

/** `kapok export PREFIX`: the records of a prefix as NDJSON or CSV that `kapok import` reads. A file appears only when it is whole. */
export function exportCommand(): Command {
  return withNarrowing(new Command('export'))
    .description('Write the records of a prefix as NDJSON, or as CSV with --columns.')
    .option('--columns <list>', 'the columns of a CSV file, such as 1:URL,NAME')
    .option('--json', 'a JSON object a line, which is what comes without --columns')
    .option('--output <file>', 'write to this file; otherwise to standard output')
    .action(async (prefix: string, options: Options) => {
      const { columns, json } = options;
      if (json && columns !== undefined)
        throw new KapokError('BAD_REQUEST', { message: '--columns makes CSV, which --json excludes' });
      const form = columns === undefined ? {} : ({ format: 'csv', columns } as const);
      const query = { ...narrowing(prefix, options), ...form };
      const body = Readable.fromWeb((await createTargetClient(options).exportIdentifiers({ query })) as never);
      await (options.output === undefined ? pipeline(body, process.stdout) : writeWhole(body, options.output)).catch(
        (cause: unknown) => {
          throw new KapokError('UPSTREAM_UNREACHABLE', { message: 'The export broke off before its end', cause });
        },
      );
    });
}
