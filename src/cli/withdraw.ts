import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions & { readonly successor?: string };

/** `kapok withdraw IDENTIFIER`: leaves a tombstone. */
export function withdrawCommand(): Command {
  return withJson(withTarget(new Command('withdraw')))
    .description('Withdraw a record; what is left is a tombstone, which may name a successor.')
    .argument('<identifier>', 'such as 88.101.1001/PUMP-1')
    .option('--successor <identifier>', 'the identifier that takes its place')
    .action(async (identifier: string, { successor, ...options }: Options) => {
      const query = successor === undefined ? {} : { successor };
      const answer = await createTargetClient(options).withdrawIdentifier({ params: { identifier }, query });
      print(answer, options, `${answer.identifier} is withdrawn`);
    });
}
