import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ComputedRecord, NewComputed } from '../../proto/http/computed.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** `kapok computed publish | list | withdraw`: the records that answer for whole patterns of serial numbers. */
export function computedCommand(): Command {
  const publish = withJson(withTarget(new Command('publish')))
    .description('Let one record answer for all serial numbers of a pattern that have none of their own.')
    .argument('<prefix>')
    .argument('<pattern>', 'such as "SN{plant:2}{counter:6}{mod37}"')
    .argument('<file>', 'its values as JSON; texts may hold {counter}, {plant}, {suffix}, {prefix}, {identifier}')
    .option('--from <number>', 'the first number of the counter')
    .option('--to <number>', 'the last number of the counter')
    .action(async (prefix: string, pattern: string, file: string, options: Options & Range) => {
      const range = { ...numberOf('from', options.from), ...numberOf('to', options.to) };
      const body = { prefix, pattern, ...range, values: await readValues(file) };
      // What is wrong with it is said by the node.
      const published = await createTargetClient(options).publishComputed({ body: body as NewComputed });
      print(published, options, lineOf(published));
    });
  const list = withJson(withTarget(new Command('list')))
    .description('List the computed records of a prefix.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const { computed } = await createTargetClient(options).listComputed({ query: { prefix } });
      for (const one of computed) print(one, options, lineOf(one));
    });
  const withdraw = withJson(withTarget(new Command('withdraw')))
    .description('Withdraw a computed record; identifiers with a record of their own stay.')
    .argument('<prefix>')
    .argument('<pattern>')
    .option('--from <number>', 'the first number of its range', '0')
    .action(async (prefix: string, pattern: string, options: Options & { from: string }) => {
      const query = { prefix, pattern, from: options.from };
      const withdrawn = await createTargetClient(options).withdrawComputed({ query });
      print(withdrawn, options, `${prefix}/${pattern} is withdrawn`);
    });
  return new Command('computed')
    .description('Publish, list and withdraw records that answer for whole patterns of serial numbers.')
    .addCommand(publish)
    .addCommand(list)
    .addCommand(withdraw);
}

function lineOf({ prefix, pattern, from, to }: ComputedRecord): string {
  return `${prefix}/${pattern}\t${from}–${to}`;
}

function numberOf(name: keyof Range, text: string | undefined): Partial<Record<keyof Range, number>> {
  if (text === undefined) return {};
  if (/^\d{1,15}$/.test(text)) return { [name]: Number(text) };
  throw new KapokError('BAD_REQUEST', { message: `--${name} must be a whole number of 15 digits at most` });
}

async function readValues(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const message = `${file} cannot be read as JSON: ${(cause as Error).message}`;
    throw new KapokError('BAD_REQUEST', { message, cause });
  }
}
