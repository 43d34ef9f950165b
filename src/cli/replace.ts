import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { type ContentOptions, readContent, withContent } from './record-content.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions, ContentOptions {
  readonly ifVersion?: string;
}

/** `kapok replace IDENTIFIER`: gives a record other content. */
export function replaceCommand(): Command {
  return withContent(withJson(withTarget(new Command('replace'))))
    .description('Replace what a record holds.')
    .argument('<identifier>', 'such as 88.101.1001/PUMP-1')
    .option('--if-version <number>', 'only over this version, so that nothing written meanwhile is lost')
    .action(async (identifier: string, { ifVersion, ...options }: Options) => {
      const answer = await createTargetClient(options).putIdentifier({
        params: { identifier },
        headers: ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` },
        body: readContent(options),
      });
      print(answer, options, `${answer.identifier} has version ${answer.version}`);
    });
}
