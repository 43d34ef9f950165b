import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions {
  readonly prefix?: string;
  readonly pattern?: string;
  readonly template?: string;
  readonly data: Readonly<Record<string, string>>;
  readonly value: object[];
  readonly key?: string;
  readonly validate?: true;
}

/** `kapok register [IDENTIFIER]`: registers one identifier, under a name of one's own or a minted one. */
export function registerCommand(): Command {
  return withJson(withTarget(new Command('register')))
    .description('Register an identifier, or mint one below a prefix.')
    .argument('[identifier]', 'such as 88.101.1001/PUMP-1')
    .option('--prefix <prefix>', 'mint a suffix below this prefix')
    .option('--pattern <pattern>', 'how the suffix is made, such as "SN{counter:6}{mod37}"; otherwise a UUID')
    .option('--template <template>', 'the template it follows: PREFIX/name, or PREFIX/name@2')
    .option('--data <item=text>', 'the text of an item of the template; may be repeated', collectData, {})
    .option('--value <index:type=text>', 'a value such as "1:URL=https://…"; may be repeated', collectValue, [])
    .option('--key <text>', 'the idempotency key: the same key registers nothing twice; otherwise a new one')
    .option('--validate', 'only check whether it could be registered')
    .action(async (identifier: string | undefined, { validate, key, ...options }: Options) => {
      const { prefix, pattern, template, data, value } = options;
      const content = { values: value, ...(template === undefined ? {} : { template, data }) };
      const name = { ...given({ identifier }), ...given({ prefix }), ...given({ pattern }) };
      const answer = await createTargetClient(options).registerIdentifier({
        headers: { 'idempotency-key': key ?? randomUUID() },
        body: { ...name, ...content, ...(validate ? { validateOnly: true } : {}) },
      });
      print(answer, options, answer.identifier);
    });
}

function given<T extends Record<string, string | undefined>>(member: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.values(member)[0] === undefined ? {} : (member as { [K in keyof T]: NonNullable<T[K]> });
}

function collectData(text: string, data: Record<string, string>): Record<string, string> {
  const [, item, content] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (item === undefined || content === undefined) throw malformed(`--data must be item=text, not "${text}"`);
  return { ...data, [item]: content };
}

function collectValue(text: string, values: readonly object[]): object[] {
  const [, index, type, data] = /^(\d+):([^=]+)=(.*)$/s.exec(text) ?? [];
  if (index === undefined) throw malformed(`--value must be index:type=text, not "${text}"`);
  return [...values, { index: Number(index), type, data }];
}

function malformed(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message });
}
