import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ComputedRecord } from '../../proto/http/computed.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { callOk } from './call.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

const PATH = '/api/v1/computed';

interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** `kapok computed publish | list | withdraw`: the records that answer for whole patterns of serial numbers. */
export function computedCommand(): Command {
  const publish = withTarget(new Command('publish'))
    .description('Let one record answer for all serial numbers of a pattern that have none of their own.')
    .argument('<prefix>')
    .argument('<pattern>', 'such as "SN{plant:2}{counter:6}{mod37}"')
    .argument('<file>', 'its values as JSON; texts may hold {counter}, {plant}, {suffix}, {prefix}, {identifier}')
    .option('--from <number>', 'the first number of the counter')
    .option('--to <number>', 'the last number of the counter')
    .option('--json', 'print the whole answer')
    .action(async (prefix: string, pattern: string, file: string, options: TargetOptions & Range & { json?: true }) => {
      const range = { ...numberOf('from', options.from), ...numberOf('to', options.to) };
      const body = { prefix, pattern, ...range, values: await readValues(file) };
      const answer = await callOk(readTarget(options), { method: 'POST', path: PATH, body });
      print(answer as unknown as ComputedRecord, options);
    });
  const list = withTarget(new Command('list'))
    .description('List the computed records of a prefix.')
    .argument('<prefix>')
    .option('--json', 'a JSON object a line, with the values')
    .action(async (prefix: string, options: TargetOptions & { json?: true }) => {
      const { computed } = await callOk(readTarget(options), { path: `${PATH}?${new URLSearchParams({ prefix })}` });
      for (const one of computed as ComputedRecord[]) print(one, options);
    });
  const withdraw = withTarget(new Command('withdraw'))
    .description('Withdraw a computed record; identifiers with a record of their own stay.')
    .argument('<prefix>')
    .argument('<pattern>')
    .option('--from <number>', 'the first number of its range', '0')
    .action(async (prefix: string, pattern: string, options: TargetOptions & { from: string }) => {
      const asked = new URLSearchParams({ prefix, pattern, from: options.from });
      await callOk(readTarget(options), { method: 'DELETE', path: `${PATH}?${asked}` });
      process.stdout.write(`${prefix}/${pattern} is withdrawn\n`);
    });
  return new Command('computed')
    .description('Publish, list and withdraw records that answer for whole patterns of serial numbers.')
    .addCommand(publish)
    .addCommand(list)
    .addCommand(withdraw);
}

function print(one: ComputedRecord, { json }: { json?: true }): void {
  const { prefix, pattern, from, to } = one;
  process.stdout.write(json ? `${JSON.stringify(one)}\n` : `${prefix}/${pattern}\t${from}–${to}\n`);
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
