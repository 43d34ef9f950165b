import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { type ContentOptions, readContent, withContent } from './record-content.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions, ContentOptions {
  readonly prefix?: string;
  readonly pattern?: string;
  readonly key?: string;
  readonly validate?: true;
}

/** `kapok register [IDENTIFIER]`: registers one identifier, under a name of one's own or a minted one. */
export function registerCommand(): Command {
  return withContent(withJson(withTarget(new Command('register'))))
    .description('Register an identifier, or mint one below a prefix.')
    .argument('[identifier]', 'such as 88.101.1001/PUMP-1')
    .option('--prefix <prefix>', 'mint a suffix below this prefix')
    .option('--pattern <pattern>', 'how the suffix is made, such as "SN{counter:6}{mod37}"; otherwise a UUID')
    .option('--key <text>', 'the idempotency key: the same key registers nothing twice; otherwise a new one')
    .option('--validate', 'only check whether it could be registered')
    .action(async (identifier: string | undefined, { validate, key, ...options }: Options) => {
      const { prefix, pattern } = options;
      const name = { ...given({ identifier }), ...given({ prefix }), ...given({ pattern }) };
      const answer = await createTargetClient(options).registerIdentifier({
        headers: { 'idempotency-key': key ?? randomUUID() },
        body: { ...name, ...readContent(options), ...(validate ? { validateOnly: true } : {}) },
      });
      print(answer, options, answer.identifier);
    });
}

function given<T extends Record<string, string | undefined>>(member: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.values(member)[0] === undefined ? {} : (member as { [K in keyof T]: NonNullable<T[K]> });
}
