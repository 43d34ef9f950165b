import type { Command } from 'commander';
import type { NewContent } from '../../proto/http/identifiers.ts';
import { KapokError } from '../errors/kapok-error.ts';

/** What a record is to hold, as options of the command line. */
export interface ContentOptions {
  readonly template?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly value?: object[];
}

export function withContent(command: Command): Command {
  return command
    .option('--template <template>', 'the template it follows: PREFIX/name, or PREFIX/name@2')
    .option('--data <item=text>', 'the text of an item of the template; may be repeated', collectData)
    .option('--value <index:type=text>', 'a value such as "1:URL=https://…"; may be repeated', collectValue);
}

/** Throws BAD_REQUEST when the options say nothing, or data without the template whose items it names. */
export function readContent({ template, data, value }: ContentOptions): NewContent {
  if (template === undefined && data !== undefined) throw malformed('--data needs --template, whose items it names');
  if (template === undefined && value === undefined)
    throw malformed('The record would be empty: give --value, or --template and --data');
  return { values: value ?? [], ...(template === undefined ? {} : { template, data: data ?? {} }) };
}

function collectData(text: string, data: Record<string, string> = {}): Record<string, string> {
  const [, item, content] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (item === undefined || content === undefined) throw malformed(`--data must be item=text, not "${text}"`);
  return { ...data, [item]: content };
}

function collectValue(text: string, values: readonly object[] = []): object[] {
  const [, index, type, data] = /^(\d+):([^=]+)=(.*)$/s.exec(text) ?? [];
  if (index === undefined) throw malformed(`--value must be index:type=text, not "${text}"`);
  return [...values, { index: Number(index), type, data }];
}

function malformed(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message });
}
