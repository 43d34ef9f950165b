import { Command } from 'commander';
import { ProblemError } from '../../proto/http/client/problem-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions {
  readonly explain?: true;
  readonly auth?: true;
}

const FOUND = [1, 200];

/**
 * `kapok resolve IDENTIFIER`: the answer of a node, as indented JSON; the exit code tells whether it was found.
 * Only a token that is given as an option is sent: that of the environment belongs to one node, and any may be asked.
 */
export function resolveCommand(): Command {
  return withJson(withTarget(new Command('resolve')))
    .description('Resolve an identifier at a node.')
    .argument('<identifier>', 'such as 88.106.32902/1533')
    .option('--explain', 'show each hop')
    .option('--auth', 'ask the responsible node, not a cache')
    .action(async (handle: string, { explain, auth, ...options }: Options) => {
      const client = createTargetClient({ ...options, token: options.token ?? null });
      const answer = await client.getHandle({ params: { handle }, query: { explain, auth } }).catch(answerIn);
      print(answer, options, JSON.stringify(answer, null, 2));
      if (!FOUND.includes(answer.responseCode)) process.exitCode = 1;
    });
}

/** An absence or a withdrawal is an answer, too. */
function answerIn(error: unknown): { responseCode: number } {
  if (error instanceof ProblemError && error.responseCode !== undefined) return error.body as { responseCode: number };
  throw error;
}
